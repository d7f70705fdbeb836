import { picture, slow } from '../../client/support/workflows';
import type { LittleComfyUi } from '../../server';
import { until } from '../../support/until';
import { byId, ServerNode } from './support';

let node: ServerNode;
let mineId: string;
beforeAll(async () => {
	node = await ServerNode.start();
	const server = await node.server();
	const promptId = await server.submit(picture());
	await server.idle();
	// the client ID under which this n8n queues
	const [again] = await node.rows(server, ['job', 'runAgain'], { promptId: byId(promptId) });
	mineId = String(again.clientId);
	await server.idle();
	await node.stopServers();
});
afterAll(async () => await node.stop());
afterEach(async () => await node.stopServers());

/** A running job of somebody, and pending jobs: one of somebody between two of this n8n. */
async function busy(server: LittleComfyUi) {
	const started = server.faults.holdAt('executing');
	const running = await server.submit(slow(0), { clientId: 'somebody' });
	await started;
	const first = await server.submit(picture(1), { clientId: mineId });
	const theirs = await server.submit(picture(2), { clientId: 'somebody' });
	const second = await server.submit(picture(3), { clientId: mineId });
	return { running, first, theirs, second };
}

async function finish(server: LittleComfyUi): Promise<void> {
	server.faults.release();
	await server.idle();
}

const pending = (server: LittleComfyUi) => [...server.going];

test('Get Many lists the jobs in their order, and says which are those of this n8n', async () => {
	const server = await node.server();
	const { running, first, theirs, second } = await busy(server);
	const rows = await node.rows(server, ['queue', 'getMany'], { returnAll: true });
	expect(
		rows.map(({ promptId, running: runs, position, isMine }) => [promptId, runs, position, isMine]),
	).toEqual([
		[running, true, 0, false],
		[first, false, 1, true],
		[theirs, false, 2, false],
		[second, false, 3, true],
	]);
	expect(rows[1]).toMatchObject({
		clientId: mineId,
		nodeCount: 2,
		createdAt: expect.stringMatching(/Z$/) as string,
	});
	expect(await node.rows(server, ['queue', 'getMany'], { limit: 2 })).toHaveLength(2);
	await finish(server);
});

describe('the scope', () => {
	test('of Clear Pending is Only Mine by default', async () => {
		const server = await node.server();
		const { running, first, theirs, second } = await busy(server);
		const [row] = await node.rows(server, ['queue', 'clearPending']);
		expect(row).toMatchObject({ removed: 2, scope: 'mine' });
		expect((row.jobs as Array<{ promptId: string }>).map(({ promptId }) => promptId)).toEqual([
			first,
			second,
		]);
		expect(pending(server)).toEqual([running, theirs]);
		const [all] = await node.rows(server, ['queue', 'clearPending'], { scope: 'everybody' });
		expect(all).toMatchObject({
			removed: 1,
			scope: 'everybody',
			jobs: [{ promptId: theirs, isMine: false }],
		});
		await finish(server);
	});

	test('of Cancel is Only Mine by default', async () => {
		const server = await node.server();
		const { running, theirs } = await busy(server);
		expect(await node.rows(server, ['queue', 'cancel'])).toMatchObject([{ cancelled: 2, scope: 'mine' }]);
		expect(pending(server)).toEqual([running, theirs]);
		const cancels = () => server.requests.filter(({ path }) => path.endsWith('/cancel')).length;
		const before = cancels();
		const cancelling = node.rows(server, ['queue', 'cancel'], { scope: 'everybody' });
		await until(() => cancels() > before, 'the cancel');
		server.faults.release();
		expect(await cancelling).toMatchObject([{ cancelled: 2 }]);
		expect(pending(server)).toEqual([]);
	});

	test('of Interrupt Running leaves the job of another client alone, and names it', async () => {
		const server = await node.server();
		const { running } = await busy(server);
		expect(await node.rows(server, ['server', 'interrupt'])).toEqual([
			{
				promptId: running,
				isMine: false,
				clientId: 'somebody',
				scope: 'mine',
				interrupted: false,
				reason: 'The job belongs to another client.',
			},
		]);
		const interrupting = node.rows(server, ['server', 'interrupt'], { scope: 'everybody' });
		await until(() => server.requests.some(({ path }) => path.endsWith(`${running}/cancel`)), 'the cancel');
		server.faults.release();
		expect(await interrupting).toMatchObject([
			{ promptId: running, interrupted: true, clientId: 'somebody' },
		]);
		await server.idle();
		expect(await node.rows(server, ['server', 'interrupt'])).toMatchObject([
			{ interrupted: false, promptId: null, reason: 'No job runs.' },
		]);
	});

	test('of Restart protects the jobs of others', async () => {
		const server = await node.server({ manager: 'POST /v2/manager/reboot' });
		const { running } = await busy(server);
		const refused = await node.failure(server, ['server', 'restart']);
		expect(refused).toMatchObject({
			code: 'invalid-input',
			message: 'A restart would lose 2 jobs of other clients.',
		});
		expect(server.going).toContain(running);
		const [row] = await node.rows(server, ['server', 'restart'], { scope: 'everybody' });
		expect(row).toMatchObject({ restarted: true, version: '0.33.0', scope: 'everybody' });
		expect(row.lostJobs).toHaveLength(4);
		expect(server.going).toEqual([]);
	});

	test("of Free Memory waits for an idle server, and with Everybody's it does not", async () => {
		const server = await node.server();
		await busy(server);
		const freed = () => server.requests.filter(({ path }) => path === '/api/free').length;
		const options = { timeout: 0 };
		expect(await node.failure(server, ['server', 'freeMemory'], { options })).toMatchObject({
			code: 'timeout',
		});
		expect(freed()).toBe(0);
		await node.rows(server, ['server', 'freeMemory'], { scope: 'everybody', free: 'everything' });
		expect(freed()).toBe(1);
		const waiting = node.rows(server, ['server', 'freeMemory']);
		server.faults.release();
		expect(await waiting).toMatchObject([
			{ requested: 'models', scope: 'mine', vramFreeAfter: expect.any(Number) as number },
		]);
		expect(freed()).toBe(2);
		const bodies = server.requests.filter(({ path }) => path === '/api/free').map(({ bodyText }) => bodyText);
		expect(bodies.map((text) => JSON.parse(text) as unknown)).toEqual([
			{ unload_models: true, free_memory: true },
			{ unload_models: true, free_memory: false },
		]);
	});

	test('of Clear History keeps the jobs of others', async () => {
		const server = await node.server();
		const { first, theirs, second } = await busy(server);
		await finish(server);
		expect(await node.rows(server, ['job', 'clearHistory'])).toEqual([
			{ cleared: true, deleted: 2, scope: 'mine' },
		]);
		expect([first, second].map((id) => server.history(id))).toEqual([undefined, undefined]);
		expect(server.history(theirs)).toBeDefined();
		await node.rows(server, ['job', 'clearHistory'], { scope: 'everybody' });
		expect(server.history(theirs)).toBeUndefined();
	});
});

describe('Move to Front', () => {
	test('submits the job before all others and removes it from its place', async () => {
		const server = await node.server();
		const { running, first, theirs, second } = await busy(server);
		const [row] = await node.rows(server, ['queue', 'moveToFront'], { promptId: byId(second) });
		expect(row).toMatchObject({ previousPromptId: second, isMine: true });
		const queue = await node.rows(server, ['queue', 'getMany'], { returnAll: true });
		expect(queue.map(({ promptId }) => promptId)).toEqual([running, row.promptId, first, theirs]);
		expect(queue[1]).toMatchObject({ clientId: mineId, nodeCount: 2 });
		await finish(server);
		expect(server.history(String(row.promptId))).toBeDefined();
	});

	test('leaves jobs of others, running and unknown ones as they are', async () => {
		const server = await node.server();
		const { running, theirs } = await busy(server);
		const before = pending(server);
		const move = async (id: string, scope = 'mine') =>
			await node.failure(server, ['queue', 'moveToFront'], { promptId: byId(id), scope });
		expect(await move(theirs)).toMatchObject({
			code: 'invalid-input',
			hint: expect.stringContaining('Everybody') as string,
		});
		expect(await move(running, 'everybody')).toMatchObject({ code: 'invalid-input' });
		expect(await move(crypto.randomUUID())).toMatchObject({ code: 'not-found' });
		expect(pending(server)).toEqual(before);
		await finish(server);
	});
});

describe('Take Out and Put Back', () => {
	test('move the pending jobs of this n8n into items and back, with all that was submitted', async () => {
		const server = await node.server();
		const { running, first, theirs, second } = await busy(server);
		const taken = await node.rows(server, ['queue', 'takeOut'], { returnAll: true });
		expect(taken.map(({ promptId, nodeCount }) => [promptId, nodeCount])).toEqual([
			[first, 2],
			[second, 2],
		]);
		expect(pending(server)).toEqual([running, theirs]);
		const back = await node.rows(
			server,
			['queue', 'putBack'],
			{ takenJob: '={{ $json.job }}' },
			{ items: taken },
		);
		expect(back).toHaveLength(2);
		const queue = await node.rows(server, ['queue', 'getMany'], { returnAll: true });
		expect(queue.map(({ promptId }) => promptId)).toEqual([
			running,
			theirs,
			...back.map(({ promptId }) => promptId),
		]);
		expect(queue[2]).toMatchObject({ isMine: true });
		await finish(server);
		for (const { promptId } of back) expect(server.history(String(promptId))).toBeDefined();
	});

	test('a lost answer to the removal does not lose the jobs', async () => {
		const server = await node.server();
		const { first, second } = await busy(server);
		server.faults.wrongContentLength({ method: 'POST', path: /\/queue$/, times: 1 });
		const taken = await node.rows(server, ['queue', 'takeOut'], { returnAll: true });
		expect(taken.map(({ promptId }) => promptId)).toEqual([first, second]);
		await finish(server);
	});

	test('Put Back refuses what is no such job', async () => {
		const server = await node.server();
		for (const takenJob of ['{}', 'no', '{"workflow": 1}'])
			expect(await node.failure(server, ['queue', 'putBack'], { takenJob })).toMatchObject({
				code: expect.stringMatching(/^invalid/) as string,
			});
	});
});

describe('Wait Until Idle', () => {
	test('ends when the last job has ended', async () => {
		const server = await node.server();
		await busy(server);
		const waiting = node.rows(server, ['queue', 'waitUntilIdle']);
		await until(() => server.requests.some(({ path }) => path.includes('/jobs')), 'the first request');
		server.faults.release();
		expect(await waiting).toMatchObject([{ idle: true, running: 0, pending: 0, runningPromptId: null }]);
	});

	test('fails at the deadline, or returns the state', async () => {
		const server = await node.server();
		const { running } = await busy(server);
		const wait = { timeout: 0 };
		expect(await node.failure(server, ['queue', 'waitUntilIdle'], { options: wait })).toMatchObject({
			code: 'timeout',
		});
		const options = { ...wait, onTimeout: 'return' };
		expect(await node.rows(server, ['queue', 'waitUntilIdle'], { options })).toMatchObject([
			{ idle: false, running: 1, pending: 3, runningPromptId: running },
		]);
		await finish(server);
	});
});
