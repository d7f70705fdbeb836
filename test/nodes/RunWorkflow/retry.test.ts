import { now } from '../../../nodes/client/core/time';
import type { LittleComfyUi } from '../../server';
import { until } from '../../support/until';
import { failing, quick, slow } from '../support/jobWorkflows';
import { EACH, itemsFor, posts, RunNodes } from '../support/runNodes';
import { sentJobs } from '../support/sent';

jest.mock('../../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../../client/support/fastDelay')>('../../client/support/fastDelay')
		.fastDelay(),
);

let nodes: RunNodes;
beforeAll(async () => {
	nodes = await RunNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const POST = { method: 'POST', path: /\/prompt$/ };
const idsOf = (server: LittleComfyUi) => sentJobs(server).map((job) => job.prompt_id);
/** Jobs that the server has run to their end since it started. */
const runs = (server: LittleComfyUi) => idsOf(server).filter((id) => server.history(id) !== undefined);

test('jobs that were lost in a restart of the server run again, with the same seeds', async () => {
	const server = await nodes.server();
	server.faults.hold();
	const { run } = nodes.launch(server, slow(0.1), {
		parameters: { seedMode: 'randomize' },
		input: [{ json: {} }, { json: {} }, { json: {} }],
	});
	await until(() => posts(server) === 3 && server.sockets === 1);
	await server.restart();
	server.faults.release();
	const found = await run;
	expect(found.error).toBeUndefined();
	expect(found.items('Run').map(({ json }) => [json.status, json.attempts])).toEqual([
		['success', 2],
		['success', 2],
		['success', 2],
	]);
	const sent = sentJobs(server);
	expect(new Set(idsOf(server)).size).toBe(6);
	expect(runs(server)).toHaveLength(3);
	const seeds = sent.map(({ prompt }) => prompt['2'].inputs.seed);
	expect(new Set(seeds.slice(3))).toEqual(new Set(seeds.slice(0, 3)));
	expect(found.hints('Run')).toMatchObject([
		{ message: expect.stringMatching(/^3 of 3 jobs succeeded, 3 retried, in \d+ s\.$/) },
	]);
});

test.each([503, 429, 502])('a server that answers %d is asked again', async (status) => {
	const server = await nodes.server();
	server.faults.respond({ ...POST, times: 2 }, { status, headers: { 'retry-after': '7' }, body: 'busy' });
	const run = await nodes.run(server, quick);
	expect(run.items('Run')).toMatchObject([{ json: { status: 'success', attempts: 3 } }]);
	expect(new Set(idsOf(server)).size).toBe(3);
	expect(runs(server)).toHaveLength(1);
	expect(run.hints('Run')).toMatchObject([
		{ message: expect.stringMatching(/^1 of 1 job succeeded, 1 retried, in/) },
	]);
});

test('a preparation that the server could not answer is begun again', async () => {
	const server = await nodes.server();
	server.faults.respond({ path: /object_info/, times: 1 }, { status: 503, body: 'busy' });
	const run = await nodes.run(server, quick);
	expect(run.items('Run')).toMatchObject([{ json: { status: 'success', attempts: 2 } }]);
	expect(sentJobs(server)).toHaveLength(1);
});

test('the last failure says how often it was tried', async () => {
	const server = await nodes.server();
	server.faults.respond(POST, { status: 503, body: 'busy' });
	const run = await nodes.run(server, quick, { node: { onError: 'continueRegularOutput' } });
	expect(run.items('Run')[0].json).toMatchObject({
		error: 'The server answered /api/prompt with status 503: busy (3 attempts)',
		details: { code: 'http', status: 503, attempts: 3 },
	});
	expect(sentJobs(server)).toHaveLength(3);
	expect(run.hints('Run')).toMatchObject([
		{ message: expect.stringMatching(/^0 of 1 job succeeded, 1 failed, 1 retried, in/) },
	]);
});

test('no attempt begins after the timeout, even when the server asks to wait for longer', async () => {
	const server = await nodes.server();
	server.faults.respond(POST, { status: 503, headers: { 'retry-after': '7200' }, body: 'busy' });
	const { error } = await nodes.run(server, quick);
	expect(error?.message).toBe('The server answered /api/prompt with status 503: busy');
	expect(sentJobs(server)).toHaveLength(1);
});

test('a server that is not there is tried as often as wanted', async () => {
	const server = await nodes.server();
	await server.stop();
	const { error } = await nodes.run(server, quick, { parameters: { retry: { retries: 1, wait: 1 } } });
	expect(error?.message).toMatch(/ \(2 attempts\)$/);
});

test('without retries nothing is tried again', async () => {
	const server = await nodes.server();
	server.faults.respond(POST, { status: 503, body: 'busy' });
	await nodes.run(server, quick, { parameters: { retry: { retries: 0 } } });
	expect(sentJobs(server)).toHaveLength(1);
});

describe('a job that would fail again', () => {
	test('because a node failed is run once', async () => {
		const server = await nodes.server();
		const { error } = await nodes.run(server, failing('the oven broke'));
		expect(error?.message).toBe('"Fragile Node" (TFail, node 2) failed: the oven broke [ValueError]');
		expect(sentJobs(server)).toHaveLength(1);
	});

	test('because a node failed is run again when that is wanted', async () => {
		const server = await nodes.server();
		const parameters = { retry: { failedNodes: true } };
		const { error } = await nodes.run(server, failing('CUDA out of memory'), { parameters });
		expect(error?.message).toMatch(/ \(3 attempts\)$/);
		expect(runs(server)).toHaveLength(3);
	});

	test('because the server refused it is sent once at the most', async () => {
		const server = await nodes.server();
		const bad = { '1': quick['1'] };
		const run = await nodes.run(server, bad, { node: { onError: 'continueRegularOutput' } });
		expect(run.items('Run')[0].json).toMatchObject({ details: { attempts: 1 } });
		expect(sentJobs(server).length).toBeLessThan(2);
	});

	test('because somebody interrupted it is not run again', async () => {
		const server = await nodes.server();
		const { run } = nodes.launch(server, slow());
		await until(() => server.busyMs > 0);
		await post(server, '/interrupt', {});
		expect((await run).error?.message).toMatch(/interrupted/);
		expect(sentJobs(server)).toHaveLength(1);
	});

	test('because somebody removed it from the queue is not run again', async () => {
		const server = await nodes.server();
		server.faults.hold();
		const { run } = nodes.launch(server, quick);
		await until(() => looks(server) > 0);
		await post(server, '/queue', { delete: idsOf(server) });
		expect((await run).error?.message).toContain('removed from the queue');
		expect(sentJobs(server)).toHaveLength(1);
	});
});

describe('no job runs twice', () => {
	test('when the answer to its submission is lost, and the server cannot be asked at first', async () => {
		const server = await nodes.server();
		server.faults.cutDownload({ ...POST, times: 1 }, 3);
		const unavailable = { status: 503, body: 'busy' };
		server.faults.respond({ method: 'GET', path: /\/(jobs|queue)$/, times: 2 }, unavailable);
		const run = await nodes.run(server, quick);
		expect(run.items('Run')).toMatchObject([{ json: { promptId: idsOf(server)[0], attempts: 2 } }]);
		expect(sentJobs(server)).toHaveLength(1);
	});

	test('when the answer is lost and the server gives jobs IDs of its own', async () => {
		const server = await nodes.server({ version: '0.3.44' });
		server.faults.cutDownload({ ...POST, times: 1 }, 3);
		const { error } = await nodes.run(server, quick);
		expect(error?.message).toMatch(/closed the connection before the answer was complete\. \(3 attempts\)$/);
		expect(sentJobs(server)).toHaveLength(1);
		await server.idle();
	});

	test('when the server accepts a job after all that was submitted a second time', async () => {
		const server = await nodes.server();
		server.faults.hold();
		server.faults.respond({ ...POST, times: 1 }, { status: 504, body: 'too slow' });
		const { run } = nodes.launch(server, quick);
		await until(() => posts(server) === 2 && looks(server) > 0);
		await server.submit(quick, { clientId: 'somebody' });
		await post(server, '/prompt', sentJobs(server)[0]);
		void server.faults.holdAt('execution_start', 2); // that of somebody
		server.faults.release();
		expect((await run).items('Run')).toMatchObject([{ json: { promptId: idsOf(server)[1], attempts: 2 } }]);
		server.faults.release();
		await server.idle();
		expect(server.history(idsOf(server)[0])).toBeUndefined();
	});

	test('when the server cannot be asked for longer than anybody waits, and then has it', async () => {
		const server = await nodes.server();
		server.faults.hold();
		const { run } = nodes.launch(server, quick, { parameters: { retry: { retries: 100 } } });
		await until(() => looks(server) > 0);
		server.faults.respond({ method: 'GET', path: /\/(jobs|queue|history)/ }, { status: 502, body: 'gone' });
		server.faults.release();
		await server.idle();
		const [asked, began] = [server.requests.length, now()];
		// until the node has given up the first attempt, after three minutes of its own time
		await until(() => now() - began > 240_000);
		expect(server.requests.length).toBeGreaterThan(asked);
		server.faults.clear();
		const [{ json }] = (await run).items('Run');
		expect(json).toMatchObject({ promptId: idsOf(server)[0], status: 'success' });
		expect(json.attempts).toBeGreaterThan(1);
		expect(sentJobs(server)).toHaveLength(1);
	});
});

test('a download that breaks off is fetched again, and its job is not run again', async () => {
	const server = await nodes.server();
	server.faults.cutDownload({ path: /view/, times: 1 }, 10);
	const run = await nodes.run(server, EACH, { input: itemsFor([quick]) });
	expect(run.error).toBeUndefined();
	const [item] = run.items('Run');
	expect(item.json.attempts).toBe(1);
	expect(await run.binary(item, 'data')).toEqual(server.files.read('output', 'made_00001_.png'));
	expect(sentJobs(server)).toHaveLength(1);
});

const looks = (server: LittleComfyUi) =>
	server.requests.filter(({ query }) => query.status?.startsWith('pending')).length;

/** As another client. */
async function post({ url }: LittleComfyUi, path: string, body: object): Promise<void> {
	await fetch(`${url}/api${path}`, { method: 'POST', body: JSON.stringify(body) });
}
