import { gate } from '../support/gate';
import { simple } from './prompts';
import { until } from './replay/until';
import { Session } from './Session';

afterAll(() => Session.stopAll());

describe('faults that strike requests', () => {
	let session: Session;

	beforeEach(async () => {
		session = await Session.start();
	});

	afterEach(() => session.stop());

	test('respond answers so many times, then the server itself does', async () => {
		const { faults } = session.server;
		const reply = { status: 429, headers: { 'retry-after': '1' }, body: { error: 'slow down' } };
		faults.respond({ method: 'POST', path: /\/prompt$/, times: 1 }, reply);
		const first = await session.post('/prompt', { prompt: simple() });
		expect([first.status, first.headers.get('retry-after')]).toEqual([429, '1']);
		expect(first.json()).toEqual({ error: 'slow down' });
		expect((await session.get('/prompt')).status).toBe(200);
		expect((await session.post('/prompt', { prompt: simple() })).status).toBe(200);
	});

	test.each([
		['holdRequest', 0],
		['holdAnswer', 1],
	] as const)('%s keeps the answer back until the gate opens', async (fault, queued) => {
		const [arrived, opened] = [gate(), gate()];
		session.server.faults.hold();
		session.server.faults[fault]({ method: 'POST', path: /prompt/ }, async () => {
			arrived.open();
			await opened.passed;
		});
		const answer = session.queue(simple());
		await arrived.passed;
		expect(session.server.going).toHaveLength(queued);
		opened.open();
		const id = await answer;
		expect(session.server.going).toEqual([id]);
	});

	test('a request that is held without a gate ends with the server', async () => {
		session.server.faults.holdRequest({ path: /queue/ });
		const answer = session.get('/queue');
		await until(
			() => session.server.requests.length === 1,
			() => 'the request',
		);
		await session.stop();
		await expect(answer).rejects.toThrow();
	});

	test('resetConnection resets before anything is handled', async () => {
		session.server.faults.resetConnection({ path: /prompt/, times: 1 });
		await expect(session.post('/prompt', { prompt: simple() })).rejects.toThrow();
		expect((await session.get('/prompt')).json()).toEqual({ exec_info: { queue_remaining: 0 } });
	});

	test.each(['cutDownload', 'stallDownload'] as const)('%s sends only the beginning', async (fault) => {
		session.server.files.put('output', 'big.bin', Buffer.alloc(100_000, 1));
		session.server.faults[fault]({ path: /view.*big\.bin/ }, 5000);
		const response = await fetch(`${session.server.url}/view?filename=big.bin`);
		expect(response.headers.get('content-length')).toBe('100000');
		const reader = response.body?.getReader();
		let received = 0;
		while (received < 5000) received += ((await reader?.read())?.value as Uint8Array).length;
		expect(received).toBe(5000);
		if (fault === 'cutDownload') await expect(reader?.read()).rejects.toThrow();
		else await reader?.cancel();
	});

	test('wrongContentLength promises more than it sends', async () => {
		session.server.files.put('output', 'a.bin', 'abc');
		session.server.faults.wrongContentLength({ path: /view/ }, 7);
		const response = await fetch(`${session.server.url}/view?filename=a.bin`);
		expect(response.headers.get('content-length')).toBe('10');
		await expect(response.arrayBuffer()).rejects.toThrow();
	});
});
