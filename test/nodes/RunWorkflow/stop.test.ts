import type { LittleComfyUi } from '../../server';
import { gate } from '../../support/gate';
import { until } from '../../support/until';
import { quick, slow } from '../support/jobWorkflows';
import { EACH, itemsFor, posts, RunNodes } from '../support/runNodes';
import { sentJobs } from '../support/sent';

let nodes: RunNodes;
beforeAll(async () => {
	nodes = await RunNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const POST = { method: 'POST', path: /\/prompt$/ };
const threeItems = { input: [{ json: {} }, { json: {} }, { json: {} }] };
const ended = (server: LittleComfyUi, promptId: string) =>
	JSON.stringify(server.history(promptId))?.match(/execution_(interrupted|success)/)?.[0];
const ends = (server: LittleComfyUi) => sentJobs(server).map((job) => ended(server, job.prompt_id));

describe('stopping the execution', () => {
	test('stops its jobs, running or queued, and no job of others', async () => {
		const server = await nodes.server();
		const { run, cancel } = nodes.launch(server, slow(), threeItems);
		await until(() => posts(server) === 3 && server.busyMs > 0);
		const foreign = await server.submit(quick);
		cancel();
		expect((await run).status).toBe('canceled');
		await server.idle();
		expect(ends(server)).toEqual(['execution_interrupted', undefined, undefined]);
		expect(ended(server, foreign)).toBe('execution_success');
		await until(() => server.sockets === 0);
	});

	test('ends the preparation, and submits nothing', async () => {
		const server = await nodes.server();
		server.faults.holdRequest({ path: /object_info/ });
		const { run, cancel } = nodes.launch(server, quick, threeItems);
		await until(() => server.requests.some(({ path }) => path.includes('/object_info')));
		cancel();
		expect((await run).status).toBe('canceled');
		expect(sentJobs(server)).toEqual([]);
	});

	test('stops the job whose submission is on its way, and submits no other', async () => {
		const server = await nodes.server();
		server.faults.hold();
		const [open, taken] = [gate(), gate()];
		server.faults.holdRequest(POST, () => open.passed);
		server.faults.holdAnswer(POST, async () => taken.open());
		const { run, cancel } = nodes.launch(server, quick, threeItems);
		await until(() => posts(server) === 1);
		cancel();
		open.open();
		expect((await run).status).toBe('canceled');
		await taken.passed;
		server.faults.release();
		await server.idle();
		expect(ends(server)).toEqual([undefined]);
	});

	test('submits none of the jobs that wait for a place', async () => {
		const server = await nodes.server();
		const parameters = { options: { concurrency: 1 } };
		const { run, cancel } = nodes.launch(server, slow(), { ...threeItems, parameters });
		await until(() => server.busyMs > 0);
		cancel();
		expect((await run).status).toBe('canceled');
		await server.idle();
		expect(ends(server)).toEqual(['execution_interrupted']);
	});

	test('ends a pause before another attempt', async () => {
		const server = await nodes.server();
		server.faults.respond(POST, { status: 503, headers: { 'retry-after': '600' }, body: 'busy' });
		const { run, cancel } = nodes.launch(server, quick);
		await until(() => posts(server) === 1);
		cancel();
		expect((await run).status).toBe('canceled');
		expect(posts(server)).toBe(1);
		await until(() => server.sockets === 0);
	});

	test('ends a download', async () => {
		const server = await nodes.server();
		server.faults.stallDownload({ path: /view/ }, 10);
		const { run, cancel } = nodes.launch(server, quick);
		await until(() => server.requests.some(({ path }) => path.endsWith('/view')));
		cancel();
		expect((await run).status).toBe('canceled');
		expect(ends(server)).toEqual(['execution_success']);
	});

	test('is no failure to be continued', async () => {
		const server = await nodes.server();
		const node = { onError: 'continueRegularOutput' as const };
		const after = [{ name: 'After', type: 'test.noOp' }];
		const { run, cancel } = nodes.launch(server, slow(), { node, nodes: after });
		await until(() => server.busyMs > 0);
		cancel();
		expect((await run).status).toBe('canceled');
		expect((await run).items('After')).toEqual([]);
	});

	test('leaves the jobs alone when that is chosen', async () => {
		const server = await nodes.server();
		const parameters = { options: { cancelOnStop: false } };
		const running = server.faults.holdAt('executing');
		const { run, cancel } = nodes.launch(server, slow(0), { parameters });
		await running;
		cancel();
		expect((await run).status).toBe('canceled');
		server.faults.release();
		await server.idle();
		expect(ends(server)).toEqual(['execution_success']);
	});
});

test('an item that fails the node takes the jobs of the others with it', async () => {
	const server = await nodes.server();
	void server.faults.holdAt('executing');
	const foreign = await server.submit(quick, { clientId: 'somebody' });
	const { error } = await nodes.run(server, EACH, {
		parameters: { options: { cancelOnStop: false } }, // which this is not
		input: itemsFor([quick, quick, {}]),
	});
	expect(error?.itemIndex).toBe(2);
	server.faults.release();
	await server.idle();
	expect(ends(server)).toEqual([undefined, undefined]);
	expect(ended(server, foreign)).toBe('execution_success');
	await until(() => server.sockets === 0);
});
