import { gate } from '../support/gate';
import { until } from '../support/until';
import type { LittleComfyUi } from '../server';
import { JobNodes, queue, wait } from './support/JobNodes';
import { quick, slow } from './support/jobWorkflows';
import { sentJobs } from './support/sent';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const looks = (server: LittleComfyUi) =>
	server.requests.filter(({ query }) => query.status?.startsWith('pending')).length;
const ended = (server: LittleComfyUi, promptId: string) =>
	JSON.stringify(server.history(promptId))?.match(/execution_(interrupted|success)/)?.[0];
const POST = { method: 'POST', path: /\/prompt$/ };
const threeItems = { input: [{ json: {} }, { json: {} }, { json: {} }] };

test('stopping the execution stops its jobs, running or pending, and no job of others', async () => {
	const server = await nodes.server();
	const { run, cancel } = nodes.launch(server, [queue(slow()), wait()], threeItems);
	await until(() => sentJobs(server).length === 3 && server.busyMs > 0);
	const foreign = await server.submit(quick);
	await until(() => looks(server) > 1);
	cancel();
	expect((await run).status).toBe('canceled');
	await server.idle();
	const [running, ...pending] = sentJobs(server).map((job) => job.prompt_id);
	expect(ended(server, running)).toBe('execution_interrupted');
	expect(pending.map((id) => ended(server, id))).not.toContain('execution_success');
	expect(ended(server, foreign)).toBe('execution_success');
	await until(() => server.sockets === 0);
});

test('stopping while the job of somebody else runs does not interrupt it', async () => {
	const server = await nodes.server();
	const running = server.faults.holdAt('executing');
	const foreign = await server.submit(quick, { clientId: 'somebody' });
	await running;
	const { run, cancel } = nodes.launch(server, [queue(quick), wait()]);
	await until(() => looks(server) > 1);
	cancel();
	expect((await run).status).toBe('canceled');
	server.faults.release();
	await server.idle();
	expect(ended(server, foreign)).toBe('execution_success');
	expect(ended(server, sentJobs(server)[0].prompt_id)).toBeUndefined();
});

test('stopping leaves the jobs alone when that is chosen', async () => {
	const server = await nodes.server();
	const waiting = wait({ options: { cancelOnStop: false } });
	void server.faults.holdAt('executing');
	const { run, cancel } = nodes.launch(server, [queue(quick), waiting]);
	await until(() => looks(server) > 1);
	cancel();
	expect((await run).status).toBe('canceled');
	server.faults.release();
	await server.idle();
	expect(ended(server, sentJobs(server)[0].prompt_id)).toBe('execution_success');
});

test('stopping is no failure to be continued', async () => {
	const server = await nodes.server();
	const waiting = wait({}, { onError: 'continueRegularOutput' });
	const { run, cancel } = nodes.launch(server, [
		queue(slow()),
		waiting,
		{ name: 'After', type: 'test.noOp' },
	]);
	await until(() => looks(server) > 1);
	cancel();
	expect((await run).status).toBe('canceled');
	expect((await run).items('After')).toEqual([]);
});

test('stopping while jobs are being queued cancels them, including the one on its way', async () => {
	const server = await nodes.server();
	server.faults.hold();
	const foreign = await server.submit(quick);
	// the third is taken by the server, but its answer is on its way when the execution is stopped
	const [taken, answered] = [gate(), gate()];
	let jobs = 0;
	server.faults.holdAnswer({ method: 'POST', path: /prompt$/ }, async () => {
		if (++jobs < 3) return;
		taken.open();
		await answered.passed;
	});
	const { run, cancel } = nodes.launch(server, [queue(quick)], threeItems);
	await taken.passed;
	cancel();
	answered.open();
	expect((await run).status).toBe('canceled');
	server.faults.release();
	await server.idle();
	expect(sentJobs(server).map((job) => ended(server, job.prompt_id))).toEqual([
		undefined,
		undefined,
		undefined,
	]);
	expect(ended(server, foreign)).toBe('execution_success');
});

test('a workflow that cannot be sent cancels the jobs of the items before it', async () => {
	const server = await nodes.server();
	void server.faults.holdAt('executing');
	const foreign = await server.submit(quick, { clientId: 'somebody' });
	const input = [quick, quick, {}].map((workflow) => ({ json: { workflow } }));
	const run = await nodes.run(server, [queue('={{ $json.workflow }}')], { input });
	expect(run.error?.itemIndex).toBe(2);
	server.faults.release();
	await server.idle();
	expect(sentJobs(server).map((job) => ended(server, job.prompt_id))).toEqual([undefined, undefined]);
	expect(ended(server, foreign)).toBe('execution_success');
});

test('stopping while a submission is on its way cancels the job that the server takes afterwards', async () => {
	const server = await nodes.server();
	server.faults.hold();
	const [open, taken] = [gate(), gate()];
	server.faults.holdRequest(POST, () => open.passed);
	server.faults.holdAnswer(POST, async () => taken.open());
	const { run, cancel } = nodes.launch(server, [queue(quick)]);
	await until(() => server.requests.some(({ method, path }) => method === 'POST' && /prompt$/.test(path)));
	cancel();
	await until(() => server.requests.some(({ path }) => /\/queue$/.test(path)), 'the first look for the job');
	open.open();
	await taken.passed;
	expect((await run).status).toBe('canceled');
	server.faults.release();
	await server.idle();
	expect(sentJobs(server).map((job) => ended(server, job.prompt_id))).toEqual([undefined]);
});

test('a stop says which jobs could not be cancelled, and is a stop all the same', async () => {
	const server = await nodes.server();
	const { run, cancel } = nodes.launch(server, [queue(slow(0.5)), wait()]);
	await until(() => looks(server) > 1);
	server.faults.respond({ method: 'POST', path: /\/(queue|interrupt|cancel)$/ }, { status: 403, body: 'no' });
	cancel();
	const { status, error } = await run;
	expect(status).toBe('canceled');
	const [{ prompt_id: promptId }] = sentJobs(server);
	expect(error?.message).toContain(`A job could not be cancelled and may still run: ${promptId}`);
});
