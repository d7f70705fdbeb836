import { gate } from '../support/gate';
import { simple, slow } from './prompts';
import { Socket } from './replay/Socket';
import { until } from './replay/until';
import { Session } from './Session';

afterAll(() => Session.stopAll());

describe('faults on demand', () => {
	let session: Session;

	beforeEach(async () => {
		session = await Session.start();
	});

	afterEach(() => session.stop());

	test('dropSockets breaks all connections off', async () => {
		const socket = await session.socket();
		session.server.faults.dropSockets();
		expect(await socket.closed()).toBe(1006);
		await until(
			() => session.server.sockets === 0,
			() => 'no sockets',
		);
	});

	test.each([
		[true, 404],
		[426, 426],
	])('refuseSockets %p answers upgrades with %i', async (refuse, status) => {
		session.server.faults.refuseSockets = refuse;
		await expect(Socket.open(`${session.server.url}/ws`)).rejects.toThrow(String(status));
		session.server.faults.clear();
		await session.socket();
	});

	test('halfOpen keeps sockets open and silent', async () => {
		const socket = await session.socket('me');
		session.server.faults.halfOpen();
		await session.queue(simple(), { client_id: 'me' });
		await session.server.idle();
		await (await session.socket('other')).caughtUp();
		expect([socket.isOpen, socket.frames.length]).toEqual([true, 1]);
	});

	test('loseJob leaves no trace of a waiting job', async () => {
		const { faults } = session.server;
		faults.hold();
		const id = await session.queue(simple());
		faults.loseJob(id);
		expect((await session.get('/queue')).json()).toEqual({ queue_running: [], queue_pending: [] });
		faults.release();
		await session.idle();
		expect(session.server.history(id)).toBeUndefined();
	});

	test('loseJob leaves no trace of a running job and tells nobody', async () => {
		const socket = await session.socket('me');
		const id = await session.queue(slow(5), { client_id: 'me' });
		await until(
			() => socket.data('executing').length > 1,
			() => 'a running node',
		);
		session.server.faults.loseJob(id);
		expect((await session.get('/queue')).json()).toEqual({ queue_running: [], queue_pending: [] });
		await session.run(simple(9), { client_id: 'me' });
		expect(socket.data('execution_interrupted')).toEqual([]);
		expect(session.server.history(id)).toBeUndefined();
	});

	test('muteEvents withholds what its filter says, duplicateEvents sends everything twice', async () => {
		const socket = await session.socket('me');
		session.server.faults.muteEvents(({ type }) => type === 'execution_success');
		session.server.faults.duplicateEvents = true;
		await session.run(simple(), { client_id: 'me' });
		await until(
			() => socket.data('executing').filter(({ node }) => node === null).length === 2,
			() => 'the end, twice',
		);
		expect(socket.data('execution_success')).toEqual([]);
		expect(socket.data('execution_start')).toHaveLength(2);
	});

	test('sendToAll injects any frame', async () => {
		const socket = await session.socket('me');
		const frames = [{ type: 'crystools.monitor', data: 5 }, 'no json', Buffer.from([0, 0, 0, 99])];
		for (const frame of frames) session.server.faults.sendToAll(frame);
		await until(
			() => socket.frames.length === 4,
			() => 'three frames',
		);
		expect(socket.frames.slice(1)).toEqual([JSON.stringify(frames[0]), frames[1], frames[2]]);
	});

	test('hold pauses before the next job and before the next step, and an interrupt gets through', async () => {
		const { faults } = session.server;
		const socket = await session.socket('me');
		faults.hold();
		const id = await session.queue(slow(0.01, 50), { client_id: 'me' });
		expect((await session.get('/queue')).json()).toMatchObject({ queue_running: [] });
		const reached = faults.holdAt('progress', 3);
		faults.release();
		await reached;
		for (let times = 0; times < 5; times++) await socket.caughtUp();
		expect(socket.data('progress')).toHaveLength(3);
		await session.post('/interrupt', { prompt_id: id });
		await session.idle();
		expect((await session.history(id))['status']).toMatchObject({ status_str: 'error' });
	});

	test('killWorker leaves the job running for ever', async () => {
		session.server.faults.killWorker();
		const id = await session.queue(simple());
		await until(
			() => session.server.busyMs > 20,
			() => 'the job to run a while',
		);
		expect((await session.get('/queue')).json()).toMatchObject({ queue_running: [[0, id, {}, {}, ['2']]] });
		expect(session.server.history(id)).toBeUndefined();
	});

	test('replacePromptId ignores the id of the client', async () => {
		session.server.faults.replacePromptId(true);
		const prompt_id = '00000000-0000-4000-8000-000000000000';
		expect(await session.run(simple(), { prompt_id })).not.toBe(prompt_id);
	});

	test('historyGate keeps a finished job out of the history until it opens', async () => {
		const written = gate();
		session.server.faults.historyGate = async () => await written.passed;
		const id = await session.run(simple());
		expect(session.server.history(id)).toBeUndefined();
		written.open();
		await until(
			() => session.server.history(id) !== undefined,
			() => 'the history entry',
		);
	});

	test('dropHistory forgets a finished job', async () => {
		const id = await session.run(simple());
		session.server.faults.dropHistory(id);
		expect((await session.get(`/history/${id}`)).json()).toEqual({});
	});
});
