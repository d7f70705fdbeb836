import { simple } from './prompts';
import { Socket } from './replay/Socket';
import { Session } from './Session';
import type { AuthOption } from '../server';

afterAll(() => Session.stopAll());

interface Case {
	auth: AuthOption;
	headers: Record<string, string>;
	refusal: number;
}

const CASES: Record<string, Case> = {
	basic: {
		auth: { kind: 'basic', user: 'ann', password: 'p:w' },
		headers: { authorization: `Basic ${Buffer.from('ann:p:w').toString('base64')}` },
		refusal: 401,
	},
	bearer: {
		auth: { kind: 'bearer', token: 't0ken' },
		headers: { authorization: 'Bearer t0ken' },
		refusal: 401,
	},
	header: {
		auth: { kind: 'header', name: 'X-Api-Key', value: 'k' },
		headers: { 'x-api-key': 'k' },
		refusal: 401,
	},
	login: {
		auth: { kind: 'login', token: '$2b$12$abc' },
		headers: { authorization: 'Bearer $2b$12$abc' },
		refusal: 302,
	},
};

describe.each(Object.entries(CASES))('protected by %s', (_kind, { auth, headers, refusal }) => {
	let session: Session;

	beforeAll(async () => {
		session = await Session.start({ auth });
	});

	afterAll(() => session.stop());

	test('strangers are refused, on HTTP and at the WebSocket upgrade', async () => {
		expect((await session.get('/system_stats')).status).toBe(refusal);
		expect((await session.post('/prompt', { prompt: simple() })).status).toBe(refusal);
		const wrong = Object.fromEntries(Object.keys(headers).map((name) => [name, 'Bearer nonsense']));
		expect((await session.get('/queue', wrong)).status).toBe(refusal);
		await expect(Socket.open(`${session.server.url}/ws?clientId=x`)).rejects.toThrow(
			`Unexpected server response: ${refusal}`,
		);
	});

	test('with the right header everything works', async () => {
		expect((await session.get('/system_stats', headers)).status).toBe(200);
		const socket = await session.socket('me', headers);
		const body = { prompt: simple(), client_id: 'me' };
		expect((await session.post('/prompt', body, headers)).status).toBe(200);
		await session.idle();
		expect(socket.data('execution_start')).toHaveLength(1);
	});
});

describe('ComfyUI-Login', () => {
	let session: Session;

	beforeAll(async () => {
		session = await Session.start({ auth: { kind: 'login', token: '$2b$1/x' }, basePath: '/comfy' });
	});

	afterAll(() => session.stop());

	test('sends strangers to an HTML page', async () => {
		const answer = await session.get('/queue');
		expect(answer.headers.get('location')).toBe('/comfy/login');
		const page = await session.get('/login');
		expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
	});

	test('takes the token from the query too', async () => {
		const token = encodeURIComponent('$2b$1/x');
		expect((await session.get(`/queue?token=${token}`)).status).toBe(200);
		const socket = await Socket.open(`${session.server.url}/ws?clientId=x&token=${token}`);
		await socket.close();
	});

	test('stumbles over an Authorization header that is not two words', async () => {
		expect((await session.get('/queue', { authorization: 'justone' })).status).toBe(500);
	});
});

describe('below a base path', () => {
	let session: Session;

	beforeAll(async () => {
		session = await Session.start({ basePath: '/comfy/' });
	});

	afterAll(() => session.stop());

	test('everything works there, with and without /api, and nothing beside it', async () => {
		expect(session.server.url).toMatch(/:\d+\/comfy$/);
		expect((await session.get('/api/queue')).status).toBe(200);
		const socket = await session.socket('me');
		await session.run(simple(), { client_id: 'me' });
		expect(socket.data('execution_success')).toHaveLength(1);
		const root = new URL('/queue', session.server.url);
		expect((await fetch(root)).status).toBe(404);
		expect((await fetch(new URL('/comfyx/queue', root))).status).toBe(404);
	});
});

describe('a browser from elsewhere', () => {
	let session: Session;

	beforeAll(async () => {
		session = await Session.start();
	});

	afterAll(() => session.stop());

	test.each([
		['another origin', { origin: 'http://example.org' }],
		['another spelling of this machine', { origin: 'http://localhost' }],
		['a cross-site fetch', { 'sec-fetch-site': 'cross-site' }],
	])('is refused for %s with an empty 403', async (_what, headers: Record<string, string>) => {
		const answer = await session.get('/queue', headers);
		expect([answer.status, answer.text]).toEqual([403, '']);
		await expect(Socket.open(`${session.server.url}/ws`, headers)).rejects.toThrow('403');
	});

	test('is served under the own origin', async () => {
		expect((await session.get('/queue', { origin: session.server.url })).status).toBe(200);
	});
});

test('requests are recorded with query, headers and body, upgrades included', async () => {
	const session = await Session.start();
	await session.socket('me');
	await session.post('/api/prompt?x=1', '{"prompt": {}}', { 'x-mine': 'yes' });
	const [upgrade, post] = session.server.requests;
	expect(upgrade).toMatchObject({ method: 'GET', path: '/ws', query: { clientId: 'me' } });
	expect(upgrade?.headers.origin).toBeUndefined();
	expect(post).toMatchObject({
		method: 'POST',
		path: '/api/prompt',
		query: { x: '1' },
		headers: { 'x-mine': 'yes' },
		bodyText: '{"prompt": {}}',
	});
	await session.stop();
});
