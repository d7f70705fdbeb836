import { until } from '../../support/until';
import { JobNodes, queue, wait } from '../support/JobNodes';
import { quick, slow } from '../support/jobWorkflows';
import { sentJobs } from '../support/sent';

// At its own speed: only the CPU that this process does not get must not bring deadlines nearer.
jest.mock('../../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../../client/support/fastDelay')>('../../client/support/fastDelay')
		.fastDelay(1),
);

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const filesOf = (json: { files?: unknown }) =>
	(json.files as Array<{ filename: string; type: string }>).map(
		({ filename, type }) => `${type} ${filename}`,
	);

describe('at the deadline', () => {
	test('returns the position in the queue when that is chosen', async () => {
		const server = await nodes.server();
		server.faults.hold();
		await server.submit(quick);
		const run = await nodes.run(server, [queue(quick), wait({ timeout: 1, onTimeout: 'return' })]);
		const promptId = sentJobs(server)[0].prompt_id;
		expect(run.items('Wait')[0].json).toMatchObject({ status: 'pending', promptId, position: 1, files: [] });
	});

	test('returns that the job is running, and the job goes on', async () => {
		const server = await nodes.server();
		void server.faults.holdAt('executing');
		const run = await nodes.run(server, [queue(quick), wait({ timeout: 1, onTimeout: 'return' })]);
		const { prompt_id: promptId } = sentJobs(server)[0];
		expect(run.items('Wait')[0].json).toMatchObject({ status: 'running', promptId, files: [] });
		server.faults.release();
		await server.idle();
		expect(server.history(promptId)).toMatchObject({ [promptId]: { status: { completed: true } } });
	});

	test('of 0 seconds returns the status of the job, and its files if it is done', async () => {
		const server = await nodes.server();
		const done = await server.submit(quick);
		await server.idle();
		server.faults.hold();
		const held = await server.submit(quick);
		const input = [done, held, 'unheard-of'].map((promptId) => ({ json: { promptId } }));
		const run = await nodes.run(server, [wait({ timeout: 0, onTimeout: 'return' })], { input });
		expect(run.items('Wait').map(({ json }) => [json.status, json.position])).toEqual([
			['success', undefined],
			['pending', 0],
			['lost', undefined],
		]);
		expect(filesOf(run.items('Wait')[0].json)).toEqual(['output made_00001_.png']);
	});

	test('cancels the job when that is chosen, and no other', async () => {
		const server = await nodes.server();
		const { run } = nodes.launch(server, [queue(slow()), wait({ timeout: 1, onTimeout: 'cancel' })]);
		await until(() => sentJobs(server).length === 1);
		const foreign = await server.submit(quick);
		expect((await run).status).toBe('error');
		await server.idle();
		const { prompt_id: promptId } = sentJobs(server)[0];
		expect(JSON.stringify(server.history(promptId))).toContain('execution_interrupted');
		expect(server.history(foreign)).toMatchObject({ [foreign]: { status: { completed: true } } });
	});
});
