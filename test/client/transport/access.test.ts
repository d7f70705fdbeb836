import type { ConnectOptions } from '../../../nodes/client';
import type { AuthOption } from '../../server';
import { caught } from '../support/caught';
import { selfSigned } from '../../support/selfSigned';
import { onStage, type Stage } from '../support/Stage';
import { picture } from '../support/workflows';

async function runs(stage: Stage, options: Partial<ConnectOptions>): Promise<void> {
	const client = stage.connect(options);
	const { promptId } = await client.queuePrompt(picture());
	const { files } = await client.waitForCompletion(promptId);
	expect(files).toHaveLength(1);
	expect(stage.server.sockets).toBe(1);
}

/** The server's URL with something between scheme and host. */
const withUser = (url: string, user: string) => url.replace('://', `://${user}@`);

describe('credentials go with every request and with the upgrade', () => {
	const basic: AuthOption = { kind: 'basic', user: 'änn', password: 'p:w @/%' };
	const encoded = Buffer.from('änn:p:w @/%').toString('base64');
	const token = '$2b$12$abc/def';
	test.each<[string, AuthOption, (url: string) => Partial<ConnectOptions>]>([
		[
			'user and password in the URL',
			basic,
			(url) => ({ url: withUser(url, `${encodeURIComponent('änn')}:${encodeURIComponent('p:w @/%')}`) }),
		],
		['an Authorization header', basic, () => ({ headers: { Authorization: `Basic ${encoded}` } })],
		[
			'a header that wins over the URL',
			basic,
			(url) => ({ url: withUser(url, 'a:b'), headers: { AUTHORIZATION: `Basic ${encoded}` } }),
		],
		[
			'a bearer token',
			{ kind: 'bearer', token: 't0k' },
			() => ({ headers: { authorization: 'Bearer t0k' } }),
		],
		[
			'a header of its own',
			{ kind: 'header', name: 'X-Api-Key', value: 'k' },
			() => ({ headers: { 'x-API-key': 'k' } }),
		],
		['a query parameter', { kind: 'login', token }, () => ({ query: { token } })],
		[
			'a query in the URL',
			{ kind: 'login', token },
			(url) => ({ url: `${url}/?token=${encodeURIComponent(token)}` }),
		],
	])('%s', (_what, auth, options) =>
		onStage(async (stage) => await runs(stage, options(stage.server.url)), { auth, basePath: '/comfy' }),
	);

	test('the query of the URL and that of the options are both kept', () =>
		onStage(async (stage) => {
			await runs(stage, { url: `${stage.server.url}?a=1&b=2`, query: { b: '3' } });
			for (const { query } of stage.server.requests) expect(query).toMatchObject({ a: '1', b: '3' });
		}));

	test('no Origin is sent, so that the server does not take us for a foreign page', () =>
		onStage(async (stage) => {
			await runs(stage, {});
			for (const { headers } of stage.server.requests) {
				expect(headers.origin).toBeUndefined();
				expect(headers['sec-fetch-site']).toBeUndefined();
			}
		}));
});

describe('wrong or missing credentials are an authentication error', () => {
	test.each<[string, AuthOption, Partial<ConnectOptions>, number, RegExp]>([
		['basic', { kind: 'basic', user: 'a', password: 'b' }, {}, 401, /credentials \(401\)/],
		['bearer', { kind: 'bearer', token: 't' }, { headers: { authorization: 'Bearer x' } }, 401, /401/],
		['the login extension', { kind: 'login', token: 't' }, {}, 302, /login page/],
	])('%s', (_kind, auth, options, status, message) =>
		onStage(
			async (stage) => {
				const client = stage.connect(options);
				for (const work of [client.getSystemStats(), client.queuePrompt(picture())]) {
					const error = await caught(work);
					expect([error.code, error.status]).toEqual(['authentication', status]);
					expect(error.message).toMatch(message);
					expect(error.hint).toContain('credential');
				}
			},
			{ auth },
		),
	);
});

describe('answers that are none of ComfyUI', () => {
	const html = '<!DOCTYPE html><html><body>Welcome to nginx</body></html>';
	const login = '<html><form><input type="password" name="p"></form></html>';
	test.each<[string, number, Record<string, string>, string, string, RegExp]>([
		['a login page', 200, { 'content-type': 'text/html' }, login, 'authentication', /login page/],
		['a web page', 200, {}, html, 'unexpected-response', /web page instead of data/],
		['text', 200, {}, 'it works', 'unexpected-response', /not JSON: it works/],
		['nothing', 200, {}, '', 'unexpected-response', /not JSON: \(nothing\)/],
		['a redirect to a login', 302, { location: '/sign-in?next=x' }, '', 'authentication', /login page/],
		[
			'a redirect',
			301,
			{ location: 'https://new.example/x?t=1' },
			'',
			'unexpected-response',
			/redirects to https:\/\/new\.example\/x \(301\)/,
		],
		['a redirect to nowhere', 307, {}, '', 'unexpected-response', /another address \(307\)/],
		['403', 403, {}, 'no', 'authentication', /does not allow the request \(403\): no/],
		['404', 404, {}, '', 'not-found', /has nothing at \/api\/system_stats/],
		['413', 413, {}, html, 'too-large', /too large \(413\)$/],
		['502 with a page', 502, {}, html, 'http', /status 502$/],
		['429', 429, { 'retry-after': '2' }, '{"error": "slow down"}', 'http', /429: .*slow down/],
	])('%s', (_what, status, headers, body, code, message) =>
		onStage(async ({ client, server }) => {
			server.faults.respond({ path: /system_stats/ }, { status, headers, body });
			const error = await caught(client.getSystemStats());
			expect(error.code).toBe(code);
			expect(error.message).toMatch(message);
			expect(error.hint).toBeTruthy();
			expect(error.message).not.toContain('?t=1');
		}),
	);
});

describe('TLS', () => {
	const tls = selfSigned;

	test('a self-signed certificate is refused, with what to do', () =>
		onStage(
			async (stage) => {
				const error = await caught(stage.client.getSystemStats());
				expect([error.code, error.reason]).toEqual(['connection', 'tls']);
				expect(error.hint).toContain('Ignore SSL Issues');
			},
			{ tls },
		));

	test('it is accepted on HTTP and on the WebSocket when that is asked for', () =>
		onStage(async (stage) => await runs(stage, { rejectUnauthorized: false }), { tls }));

	test('a wait ends at once: a certificate does not get better', () =>
		onStage(
			async (stage) => {
				const error = await caught(stage.client.waitForCompletion('some-id'));
				expect([error.code, error.reason]).toEqual(['connection', 'tls']);
			},
			{ tls },
		));

	test('https to a server without TLS says so', () =>
		onStage(async (stage) => {
			const client = stage.connect({ url: stage.server.url.replace('http:', 'https:') });
			const error = await caught(client.getSystemStats());
			expect(error).toMatchObject({ code: 'connection', reason: 'tls' });
			expect(error.message).toMatch(/^https:.* but the server speaks http\.$/);
			expect(error.hint).toContain('Write http:// instead of https://');
		}));

	test.each([true, false])(
		'http to a server with TLS says so (certificate is verified: %s)',
		(rejectUnauthorized) =>
			onStage(
				async (stage) => {
					const url = stage.server.url.replace('https:', 'http:');
					const client = stage.connect({ url, rejectUnauthorized, headers: { authorization: 'Bearer abc' } });
					const error = await caught(client.getSystemStats());
					expect(error).toMatchObject({ code: 'connection', reason: 'tls' });
					expect(error.message).toMatch(/^http:.* but the server speaks https\.$/);
					expect(error.hint).toContain('Write https:// instead of http://');
					expect(stage.server.requests.filter(({ headers }) => headers.authorization)).toEqual([]);
				},
				{ tls },
			),
	);

	test('http to a proxy that refuses plain http says so', () =>
		onStage(async ({ client, server }) => {
			const body = '<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>';
			server.faults.respond({ path: /./ }, { status: 400, body });
			expect((await caught(client.getSystemStats())).message).toMatch(/the server speaks https/);
		}));
});

describe('no answer at all', () => {
	test('a refused connection names the address and, for localhost, Docker', () =>
		onStage(async (stage) => {
			const client = stage.connect();
			await stage.server.stop();
			const error = await caught(client.getSystemStats());
			expect([error.code, error.reason]).toEqual(['connection', 'refused']);
			expect(error.message).toContain(stage.server.url);
			expect(error.hint).toContain('host.docker.internal');
		}));

	test('a host name that does not exist', () =>
		onStage(async (stage) => {
			const error = await caught(stage.connect({ url: 'http://nowhere.invalid:8188' }).getSystemStats());
			expect([error.code, error.reason]).toEqual(['connection', 'dns']);
		}));

	test('silence is given up after a while', () =>
		onStage(async (stage) => {
			stage.server.faults.holdRequest({ path: /system_stats/ });
			const error = await caught(stage.connect({ idleTimeoutMs: 50 }).getSystemStats());
			expect([error.code, error.reason]).toEqual(['connection', 'timeout']);
		}));

	test.each(['before the answer', 'in the middle of it'])('the connection breaks %s', (when) =>
		onStage(async ({ client, server }) => {
			const match = { path: /system_stats/ };
			if (when === 'before the answer') server.faults.resetConnection(match);
			else server.faults.cutDownload(match, 20);
			expect(await caught(client.getSystemStats())).toMatchObject({ code: 'connection', reason: 'reset' });
		}),
	);

	test('the signal ends a request that is not answered', () =>
		onStage(async ({ client, server }) => {
			server.faults.holdRequest({ path: /system_stats/ });
			const error = await caught(client.getSystemStats({ signal: AbortSignal.timeout(30) }));
			expect(error.code).toBe('aborted');
		}));
});
