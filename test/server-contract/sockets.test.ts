import { LittleComfyUi } from '../server';
import { gate } from '../support/gate';
import { simple, slow, textToImage } from './prompts';
import { until } from './replay/until';
import { Session } from './Session';

afterAll(() => Session.stopAll());

describe('sockets', () => {
	let session: Session;

	beforeEach(async () => {
		session = await Session.start();
	});

	afterEach(() => session.stop());

	test('samplers report every step, with previews when they are on', async () => {
		const socket = await session.socket('me');
		await session.run(textToImage({ steps: 5 }), { client_id: 'me' });
		expect(socket.data('progress').map(({ value }) => value)).toEqual([1, 2, 3, 4, 5]);
		const previews = socket.frames.filter((frame) => Buffer.isBuffer(frame));
		expect(previews).toHaveLength(5);
		expect(previews[0]?.subarray(0, 10).toString('hex')).toBe('0000000100000001ffd8');
	});

	test.each([
		['the server was started without', { previews: false }, {}],
		['the prompt says none', {}, { extra_data: { preview_method: 'none' } }],
	])('there are no previews when %s', async (_why, options, more) => {
		const quiet = await Session.start(options);
		const socket = await quiet.socket('me');
		await quiet.run(textToImage({}), { client_id: 'me', ...more });
		expect(socket.data('progress')).toHaveLength(3);
		expect(socket.frames.filter((frame) => Buffer.isBuffer(frame))).toEqual([]);
		await quiet.stop();
	});

	test('a second socket with the same client id goes deaf when the first one is reaped', async () => {
		const first = await session.socket('me');
		session.server.faults.halfOpen();
		const second = await session.socket('me');
		session.server.faults.reapHalfOpen();
		await first.closed();
		await session.run(simple(), { client_id: 'me' });
		expect(second.isOpen).toBe(true);
		expect(second.data('execution_start')).toEqual([]);
		expect(second.data('status')).toHaveLength(1);
	});

	test('an interrupt stops the job that runs, and only that one', async () => {
		const socket = await session.socket('me');
		const id = await session.queue(slow(5, 50), { client_id: 'me' });
		await until(
			() => socket.data('progress').length > 0,
			() => 'progress',
		);
		await session.post('/interrupt', { prompt_id: 'another' });
		expect(session.server.history(id)).toBeUndefined();
		await session.post('/interrupt', { prompt_id: id });
		await session.idle();
		expect(socket.data('execution_interrupted')).toMatchObject([{ prompt_id: id, node_id: '2' }]);
		expect((await session.history(id))['status']).toMatchObject({ status_str: 'error', completed: false });
	});

	test('before 0.3.57 an interrupt hits whatever runs', async () => {
		const older = await Session.start({ version: '0.3.56' });
		const id = await older.queue(slow(5, 50));
		await until(
			() => older.server.busyMs > 0,
			() => 'a running job',
		);
		await older.post('/interrupt', { prompt_id: 'another' });
		await older.idle();
		expect((await older.history(id))['status']).toMatchObject({ status_str: 'error' });
		await older.stop();
	});

	test('versions before 0.3.45 know neither handshake nor progress_state', async () => {
		const older = await Session.start({ version: '0.3.44' });
		const socket = await older.socket('me');
		socket.send({ type: 'feature_flags', data: { supports_preview_metadata: true } });
		await older.run(slow(0), { client_id: 'me' });
		expect(socket.data('progress')).toHaveLength(4);
		expect([...socket.data('feature_flags'), ...socket.data('progress_state')]).toEqual([]);
		expect((await older.get('/features')).status).toBe(404);
		await older.stop();
	});

	test('a restart cuts sockets, forgets queue and history, keeps outputs and the port', async () => {
		const id = await session.run({
			...simple(),
			'3': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
		});
		const socket = await session.socket('me');
		await session.queue(slow(5));
		const { port } = session.server;
		const refused = gate();
		const down = session.server.restart({ downUntil: refused.passed });
		expect(await socket.closed()).toBe(1006);
		await expect(session.get('/queue')).rejects.toThrow();
		refused.open();
		await down;
		expect(session.server.port).toBe(port);
		expect((await session.get(`/history/${id}`)).json()).toEqual({});
		expect((await session.get('/queue')).json()).toEqual({ queue_running: [], queue_pending: [] });
		expect(session.server.files.list('temp')).toEqual([]);
		expect(session.server.files.list('output')).toEqual(['x_00001_.png']);
		await session.socket('me');
	});

	test('another client can be played, and busyMs tells how long the worker worked', async () => {
		const { server } = session;
		const id = await server.submit(slow(0.05), { clientId: 'other', front: true });
		await server.idle();
		expect(server.history(id)).toHaveProperty(
			[id, 'outputs', '3', 'images', 0, 'filename'],
			'slow_00001_.png',
		);
		expect(server.busyMs).toBeGreaterThanOrEqual(50);
		await expect(server.submit({})).rejects.toThrow('prompt_no_outputs');
	});
});

test('a server can be stopped in the middle of a job, and twice', async () => {
	const server = await LittleComfyUi.start();
	await server.submit(slow(60));
	await until(
		() => server.busyMs > 0,
		() => 'a running job',
	);
	await server.stop();
	await server.stop();
});
