import type { LittleComfyUi } from '../../server';
import type { RunError } from '../../support/engine/types';
import { until } from '../../support/until';
import { delay } from '../../../nodes/client/core/time';
import { quick } from '../support/jobWorkflows';
import { posts, RunNodes, type RunOptions } from '../support/runNodes';
import { sentJobs } from '../support/sent';

// Fast, but slower than elsewhere: the seconds after a stop are counted.
jest.mock('../../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../../client/support/fastDelay')>('../../client/support/fastDelay')
		.fastDelay(5),
);

let nodes: RunNodes;
beforeAll(async () => {
	nodes = await RunNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const POST = { method: 'POST', path: /\/prompt$/ };
const UPLOAD = { path: /upload\/image/ };
const STATUS = { method: 'GET', path: /\/(jobs|queue|history)/ };
const VIEW = { path: /view/ };

const withFile = { '1': { class_type: 'LoadImage', inputs: { image: 'none.png' } }, '2': save('1') };
function save(from: string) {
	return { class_type: 'SaveImage', inputs: { images: [from, 0], filename_prefix: 'made' } };
}
/** A file that does not fit into the buffers between here and the server. */
const large = { data: Buffer.alloc(24 * 1024 * 1024), fileName: 'large.png', mimeType: 'image/png' };
const input = [{ json: {}, binary: { data: large } }];
const values = [{ node: '1', input: 'image', value: 'data' }];

interface Stage {
	name: string;
	arm: (server: LittleComfyUi) => void;
	/** What the server has met when the run has come to this stage. */
	reached: (server: LittleComfyUi) => boolean;
	workflow?: object;
	options?: RunOptions;
	/** The end of the error at the timeout. */
	message: RegExp;
}

const hasMet = (path: RegExp) => (server: LittleComfyUi) =>
	server.requests.some((request) => path.test(request.path));
const upload = { workflow: withFile, options: { input, parameters: { inputs: { values } } } };
const isPolled = (server: LittleComfyUi) => posts(server) > 0 && hasMet(STATUS.path)(server);
const notSubmitted = /It was not submitted/;
const notConfirmed = /The server did not confirm that it has the job/;
const noStatus = /Its state is not known. Requests for its status failed: no answer\.$/;

/** The worker pauses, and nothing says how the job goes on. */
function unheard({ faults }: LittleComfyUi): void {
	faults.hold();
	faults.muteEvents(() => true);
}

const stages: Stage[] = [
	{
		name: 'the node types trickle',
		arm: ({ faults }) => faults.trickle({ path: /object_info/ }),
		reached: hasMet(/object_info/),
		message: notSubmitted,
	},
	{
		name: 'an upload trickles',
		arm: ({ faults }) => faults.slowUpload(UPLOAD),
		reached: hasMet(UPLOAD.path),
		...upload,
		message: notSubmitted,
	},
	{
		name: 'an upload is not answered',
		arm: ({ faults }) => faults.holdAnswer(UPLOAD),
		reached: hasMet(UPLOAD.path),
		...upload,
		message: notSubmitted,
	},
	{
		name: 'the submission is not taken',
		arm: ({ faults }) => faults.holdRequest(POST),
		reached: (server) => posts(server) > 0,
		message: notConfirmed,
	},
	{
		name: 'the submission is taken and not answered',
		arm(server) {
			unheard(server);
			server.faults.holdAnswer(POST);
		},
		reached: (server) => posts(server) > 0,
		message: notConfirmed,
	},
	{
		name: 'the answer to the submission trickles',
		arm(server) {
			unheard(server);
			server.faults.trickle(POST);
		},
		reached: (server) => posts(server) > 0,
		message: notConfirmed,
	},
	{
		name: 'the status trickles',
		arm(server) {
			unheard(server);
			server.faults.trickle({ ...STATUS, times: 1 });
		},
		reached: isPolled,
		message: noStatus,
	},
	{
		name: 'a download trickles',
		arm: ({ faults }) => faults.trickle(VIEW),
		reached: hasMet(VIEW.path),
		message: /succeeded, but its files were not downloaded within 8 s/,
	},
	{
		name: 'a download stalls',
		arm: ({ faults }) => faults.stallDownload(VIEW, 10),
		reached: hasMet(VIEW.path),
		message: /succeeded, but its files were not downloaded within 8 s/,
	},
];
const named = stages.map((stage) => [stage.name, stage] as const);

function launch(server: LittleComfyUi, { workflow = quick, options = {} }: Stage, more: object = {}) {
	const parameters = { ...options.parameters, options: { timeout: 8, ...more } };
	return nodes.launch(server, workflow, { ...options, parameters });
}

/** What the error says of the job, which n8n keeps beside the text. */
const factsOf = (error: RunError | undefined) =>
	(error?.raw as unknown as { context: { comfyUi: Record<string, unknown> } }).context.comfyUi;

describe('the timeout', () => {
	test.each(named)('ends the run when %s, and leaves no job', async (_name, stage) => {
		const server = await nodes.server();
		stage.arm(server);
		const { status, error } = await launch(server, stage).run;
		expect(status).toBe('error');
		expect(error?.message).toMatch(stage.message);
		expect(error?.message).toContain('within 8 s');
		expect(factsOf(error)).toMatchObject({ code: 'timeout' });
		server.faults.release();
		await server.idle();
		expect(server.going).toEqual([]);
	});

	test('leaves the job that the server has taken to the server when that is chosen', async () => {
		const server = await nodes.server();
		const stage = stages.find(({ name }) => name === 'the submission is taken and not answered') as Stage;
		stage.arm(server);
		const { error } = await launch(server, stage, { onTimeout: 'fail' }).run;
		expect(factsOf(error)).toMatchObject({ promptId: sentJobs(server)[0].prompt_id });
		expect(server.going).toEqual([sentJobs(server)[0].prompt_id]);
	});

	test('says when the job could not be cancelled because the server answers nothing any more', async () => {
		const server = await nodes.server();
		server.faults.hold();
		const { run } = launch(server, stages[0]);
		await until(() => server.requests.filter(({ path }) => STATUS.path.test(path)).length > 2);
		server.faults.holdRequest({ path: /./ });
		const { error } = await run;
		expect(error?.message).toMatch(/It waits in the queue.*Requests for its status failed: no answer\.$/);
		expect(error?.description).toContain('It could not be cancelled (The server did not answer in time.)');
	});

	test('names what the server answered before it fell silent', async () => {
		const server = await nodes.server();
		unheard(server);
		server.faults.respond(STATUS, { status: 502 });
		let requests = 0;
		server.faults.holdRequest(STATUS, async () => {
			if (++requests > 3) await new Promise(() => {});
		});
		const { error } = await launch(server, stages[0]).run;
		expect(error?.message).toMatch(/Requests for its status failed: (\dx )?502, then no answer\.$/);
		const observed = [expect.stringMatching(/^(\dx )?502$/), 'no answer'];
		expect(factsOf(error)).toMatchObject({ observedResponses: observed });
	});

	test('does not fail an item whose files came in time', async () => {
		const server = await nodes.server();
		const { status } = await launch(server, stages[0]).run;
		expect(status).toBe('success');
	});
});

describe('a stop', () => {
	test.each(named)('ends the run within 10 s when %s', async (_name, stage) => {
		const server = await nodes.server();
		stage.arm(server);
		const { run, cancel } = launch(server, stage, { timeout: 3600 });
		await until(() => stage.reached(server));
		server.faults.holdRequest({ path: /./ });
		cancel();
		const over = new AbortController();
		const limit = delay(10_000, over).then(() => 'still running');
		expect(await Promise.race([run.then(({ status }) => status), limit])).toBe('canceled');
		over.abort();
		await limit.catch(() => {});
	});
});
