import { randomUUID } from 'node:crypto';
import { simple, slow } from './prompts';
import { until } from './replay/until';
import { Session } from './Session';

afterAll(() => Session.stopAll());

describe('bodies that hurt a real server', () => {
	let session: Session;

	beforeEach(async () => {
		session = await Session.start();
	});

	afterEach(() => session.stop());

	test('an unreachable node without inputs kills the worker: the job runs for ever', async () => {
		await session.queue(
			{ ...simple(), '5': { class_type: 'SaveImage' } },
			{ partial_execution_targets: ['2'] },
		);
		const next = await session.queue(simple(1));
		await until(
			() => session.server.damage.length > 1,
			() => 'the worker to die',
		);
		expect(session.server.damage[0]).toContain('node 5 has no inputs');
		expect((await session.get('/queue')).json()).toMatchObject({ queue_pending: [[1, next, {}, {}, ['2']]] });
		await session.server.restart();
		await session.run(simple(1));
	});

	test('an object as client_id ends the process', async () => {
		const socket = await session.socket();
		await session.post('/prompt', { prompt: simple(), client_id: {} });
		await socket.closed();
		await expect(session.get('/queue')).rejects.toThrow();
		expect(session.server.damage).toHaveLength(1);
	});

	test('the same id and number twice is an exception', async () => {
		session.server.faults.hold();
		const body = { prompt: simple(), prompt_id: randomUUID(), number: 5 };
		expect((await session.post('/prompt', body)).status).toBe(200);
		expect((await session.post('/prompt', body)).status).toBe(500);
		expect(session.server.damage).toHaveLength(1);
	});

	test('ordinary prompts do no damage', async () => {
		await session.run(slow(0));
		expect(session.server.damage).toEqual([]);
	});
});
