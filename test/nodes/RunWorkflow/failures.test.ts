import { ConnectionError, isComfyUiError } from '../../../nodes/client/core/errors';
import type { Wire } from '../../support/engine';
import { until } from '../../support/until';
import { set } from '../support/JobNodes';
import { failing, halfBad, quick, slow, textToImage } from '../support/jobWorkflows';
import { EACH, itemsFor, RunNodes } from '../support/runNodes';
import { sentJobs } from '../support/sent';
import { withAttempts } from '../../../nodes/client/jobs/JobAttempts';

// At its own speed: only the CPU that this process does not get must not bring deadlines nearer.
jest.mock('../../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../../client/support/fastDelay')>('../../client/support/fastDelay')
		.fastDelay(1),
);

let nodes: RunNodes;
beforeAll(async () => {
	nodes = await RunNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const message = '"Fragile Node" (TFail, node 2) failed: the oven broke [ValueError]';
const mixed = { input: itemsFor([quick, failing('the oven broke'), { '1': quick['1'] }, textToImage()]) };

test('with Continue On Fail each item goes on with what became of it', async () => {
	const server = await nodes.server();
	const run = await nodes.run(server, EACH, { ...mixed, node: { onError: 'continueRegularOutput' } });
	expect(run.status).toBe('success');
	const [first, second, third, fourth] = run.items('Run').map(({ json }) => json);
	expect([first.status, fourth.status]).toEqual(['success', 'success']);
	expect(second).toEqual({
		...mixed.input[1].json,
		error: message,
		details: {
			code: 'execution',
			promptId: sentJobs(server)[1].prompt_id,
			attempts: 1,
			failure: expect.objectContaining({ nodeId: '2' }) as object,
			hint: expect.any(String) as string,
		},
	});
	expect(third).toMatchObject({ n: 2, error: expect.any(String) as string, details: { attempts: 1 } });
	expect(run.items('Run').map(({ pairedItem }) => pairedItem)).toEqual(
		[0, 1, 2, 3].map((item) => ({ item })),
	);
	expect(run.hints('Run')).toMatchObject([
		{ type: 'info', message: expect.stringMatching(/^2 of 4 jobs succeeded, 2 failed, in \d+ s\.$/) },
	]);
});

test('the error output gets the items that failed', async () => {
	const server = await nodes.server();
	const connections: Wire[] = [
		['Run', 'Good'],
		['Run', 'Bad', 1],
	];
	const run = await nodes.run(server, EACH, {
		...mixed,
		node: { onError: 'continueErrorOutput' },
		nodes: [set('Good', {}), set('Bad', {})],
		connections,
	});
	expect(run.items('Run').map(({ json }) => json.status)).toEqual(['success', 'success']);
	expect(run.items('Run', 1).map(({ json }) => json.n)).toEqual([1, 2]);
	expect(run.items('Run', 1)[0].json.error).toBe(message);
});

test('otherwise the first failure names its item', async () => {
	const server = await nodes.server();
	const { error } = await nodes.run(server, EACH, { input: itemsFor([quick, failing('the oven broke')]) });
	expect(error).toMatchObject({ message, itemIndex: 1, node: 'Run' });
});

describe('a job that is not done in time', () => {
	const inTime = { timeout: 0.3 };

	test('is cancelled', async () => {
		const server = await nodes.server();
		const { error } = await nodes.run(server, slow(), { parameters: { options: inTime } });
		expect(error?.message).toMatch(/^The job did not finish within 0\.3 s\. It is running "Slow Node"/);
		expect(error?.description).toBe('It was cancelled on the server. Raise the timeout if it needs longer.');
		await server.idle();
	});

	test('goes on when that is wanted', async () => {
		const server = await nodes.server();
		const parameters = { options: { ...inTime, onTimeout: 'fail' } };
		void server.faults.holdAt('executing');
		const { error } = await nodes.run(server, quick, { parameters });
		expect(error?.message).toMatch(/^The job did not finish within 0\.3 s\./);
		server.faults.release();
		await server.idle();
		const [{ prompt_id: id }] = sentJobs(server);
		expect(JSON.stringify(server.history(id))).toContain('execution_success');
	});

	test('fails only its item when the node continues', async () => {
		const server = await nodes.server();
		const run = await nodes.run(server, EACH, {
			parameters: { options: { timeout: '={{ $json.n === 1 ? 0.3 : 60 }}', concurrency: 2 } },
			input: itemsFor([quick, slow(), textToImage()]),
			node: { onError: 'continueRegularOutput' },
		});
		expect(run.items('Run').map(({ json }) => json.status ?? 'failed')).toEqual([
			'success',
			'failed',
			'success',
		]);
		await server.idle();
	});
});

describe('a workflow of which the server takes a part', () => {
	const unchecked = { checkWorkflow: false };

	test('brings what can be made, with a warning', async () => {
		const server = await nodes.server();
		const input = [{ json: {} }, { json: {} }];
		const run = await nodes.run(server, halfBad, { parameters: { options: unchecked }, input });
		expect(run.items('Run')).toHaveLength(2);
		expect(run.items('Run')[0].json).toMatchObject({
			nodeTitle: 'Good Output',
			warnings: [expect.stringContaining('missing.png')],
		});
		expect(run.hints('Run')).toMatchObject([
			{ type: 'info' },
			{ type: 'warning', message: expect.stringMatching(/^ComfyUI leaves some outputs out: .*missing\.png/) },
		]);
	});

	test('is cancelled when that is chosen', async () => {
		const server = await nodes.server();
		const parameters = { options: { ...unchecked, onPartialErrors: 'fail' } };
		const { error } = await nodes.run(server, halfBad, { parameters });
		expect(error?.message).toContain('ComfyUI would leave some outputs out');
		expect(sentJobs(server)).toHaveLength(1);
	});
});

test('files that the server no longer has are missed, or left out with a remark', async () => {
	const server = await nodes.server();
	await nodes.run(server, quick);
	server.files.delete('output', 'made_00001_.png');
	const missed = await nodes.run(server, quick);
	expect(missed.error?.message).toBe('The server no longer has the file "made_00001_.png" (output).');
	const options = { skipMissing: true, whenNoFiles: 'return' };
	const run = await nodes.run(server, quick, { parameters: { options } });
	expect(run.items('Run')[0].json).toMatchObject({ missing: ['made_00001_.png'], fileCount: 0 });
	expect(run.hints('Run')).toMatchObject([{ message: expect.stringContaining('made_00001_.png') }]);
});

test.each([
	[{ options: { timeout: '={{ "soon" }}' } }, '"Timeout (Seconds)" is not a number of seconds.'],
	[{ options: { concurrency: '={{ -1 }}' } }, '"Concurrency Limit" has to be a whole number, 0 or more.'],
	[{ retry: { retries: '={{ "often" }}' } }, '"Retries" has to be a whole number, 0 or more.'],
	[{ retry: { wait: '={{ "long" }}' } }, '"Retry Wait (Seconds)" is not a number of seconds.'],
])('parameters that make no sense are named: %j', async (parameters, text) => {
	const server = await nodes.server();
	const { error } = await nodes.run(server, quick, { parameters });
	expect(error?.message).toBe(text);
	expect(sentJobs(server)).toEqual([]);
	await until(() => server.sockets === 0);
});

test('jobs that fail by the same error each say how often they were tried themselves', () => {
	const shared = new ConnectionError('The server is gone.', 'reset', 'Start it.');
	const [first, second] = [withAttempts(shared, 3), withAttempts(shared, 2)];
	expect(first).toMatchObject({
		message: 'The server is gone. (3 attempts)',
		attempts: 3,
		hint: 'Start it.',
	});
	expect(second).toMatchObject({ message: 'The server is gone. (2 attempts)', reason: 'reset' });
	expect([isComfyUiError(first), first instanceof ConnectionError]).toEqual([true, true]);
	expect(shared.message).toBe('The server is gone.');
});
