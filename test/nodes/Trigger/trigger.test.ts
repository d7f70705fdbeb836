import type { IDataObject, INodeParameters } from 'n8n-workflow';
import { LittleComfyUi } from '../../server';
import { nodeType } from '../../support/builtPackage';
import type { Engine, RunRequest } from '../../support/engine';
import type { Activation, ActivationOptions } from '../../support/engine/Activation';
import { until } from '../../support/until';
import { picture, slow } from '../../client/support/workflows';
import { failing } from '../../client/hosts/support/jobs';
import { queue } from '../support/JobNodes';
import { startWholeEngine } from '../hosts/support/engine';

const EDITOR = { clientId: 'the-editor' };

let engine: Engine;
let server: LittleComfyUi;
const active: Activation[] = [];

beforeAll(async () => {
	engine = await startWholeEngine();
});
afterAll(async () => await engine.stop());
beforeEach(async () => {
	server = await LittleComfyUi.start();
});
afterEach(async () => {
	for (const activation of active.splice(0)) await activation.close();
	await server.stop();
});

function workflow(parameters: INodeParameters = {}): RunRequest {
	return {
		nodes: [{ name: 'Trigger', type: nodeType('Trigger'), parameters }],
		credentials: { comfyUiApi: { url: server.url } },
	};
}

async function activate(parameters: INodeParameters = {}, options?: ActivationOptions): Promise<Activation> {
	const activation = await engine.activate(workflow(parameters), options);
	active.push(activation);
	return activation;
}

/** Waits for so many executions, and returns the json of all their items. */
async function started(activation: Activation, count = 1): Promise<IDataObject[]> {
	const { executions, errors } = activation;
	await until(() => executions.length >= count || errors.length > 0, `execution ${count}`, 20_000);
	expect(errors).toEqual([]);
	return executions.flatMap(({ items }) => items.map(({ json }) => json));
}

test('a job of the editor starts an execution with the facts of the job', async () => {
	const activation = await activate();
	const extraData = { extra_pnginfo: { workflow: { id: 'saved-workflow' } } };
	const promptId = await server.submit(picture(), { ...EDITOR, extraData });
	const [json] = await started(activation);
	expect(json).toMatchObject({
		event: 'finished',
		promptId,
		status: 'success',
		clientId: 'the-editor',
		workflowId: 'saved-workflow',
		endedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
		files: [{ filename: 'x_00001_.png', comfyUiUrl: expect.stringContaining('/view?') }],
		cachedNodes: [],
		texts: [],
	});
	expect(activation.executions[0].key).toMatch(/^workflow-of-a-test:node-1:finished:/);
});

test('a failed job says which node failed, and what to do', async () => {
	const activation = await activate({ events: ['failed'] });
	await server.submit(failing(), EDITOR);
	const [json] = await started(activation);
	expect(json).toMatchObject({
		event: 'failed',
		status: 'error',
		error: expect.stringContaining('the node broke'),
		details: { hint: expect.any(String), failure: { nodeType: 'TFail', nodeId: '2' } },
	});
});

test('jobs that ended before the activation start nothing', async () => {
	await server.submit(picture(1), EDITOR);
	await server.idle();
	const activation = await activate();
	const promptId = await server.submit(picture(2), EDITOR);
	expect(await started(activation)).toMatchObject([{ promptId }]);
});

test('an empty queue and a restart of the server start executions', async () => {
	const activation = await activate({ events: ['queueEmpty', 'offline', 'online'] });
	await server.submit(picture(), EDITOR);
	await started(activation);
	let up = () => {};
	const restarting = server.restart({ downUntil: new Promise<void>((resolve) => (up = resolve)) });
	await started(activation, 2);
	up();
	await restarting;
	const items = await started(activation, 3);
	expect(items).toMatchObject(
		['queueEmpty', 'offline', 'online'].map((event) => ({ event, server: server.url })),
	);
	expect(new Set(activation.executions.map(({ key }) => key)).size).toBe(3);
});

/** Submits a job with Queue Prompt. */
async function queueWithNode(options: INodeParameters = {}): Promise<string> {
	const run = await engine.run({
		nodes: [queue(picture(7), { options })],
		credentials: { comfyUiApi: { url: server.url } },
	});
	return String(run.items('Queue')[0].json.promptId);
}

test.each([
	['by default', {}],
	['also with a client ID that the user chose', { clientId: 'chosen' }],
])('"All But This Instance" leaves out the jobs of own nodes, %s', async (_when, options) => {
	const activation = await activate({ from: 'others' });
	await queueWithNode(options);
	await server.idle();
	const promptId = await server.submit(picture(3), EDITOR);
	expect(await started(activation)).toMatchObject([{ promptId }]);
});

test('"Only This Instance" leaves out the jobs of others', async () => {
	const activation = await activate({ from: 'mine' });
	await server.submit(picture(3), EDITOR);
	await server.submit(picture(4), { clientId: 'n8n-of-somebody-else-1' });
	const promptId = await queueWithNode();
	expect(await started(activation)).toMatchObject([{ promptId }]);
});

test('only the jobs of a saved workflow, or with a type of node, start executions', async () => {
	const saved = await activate({ workflow: 'id', savedWorkflowId: 'this' });
	const typed = await activate({ workflow: 'nodeType', nodeType: 'SaveVideo, TSleep' });
	const of = (id: string) => ({ ...EDITOR, extraData: { extra_pnginfo: { workflow: { id } } } });
	await server.submit(picture(1), of('another'));
	const second = await server.submit(picture(2), of('this'));
	const third = await server.submit(slow(0.01, 1), of('another'));
	expect(await started(saved)).toMatchObject([{ promptId: second }]);
	expect(await started(typed)).toMatchObject([{ promptId: third }]);
});

test('the files of the job come with the execution', async () => {
	const activation = await activate({ output: 'separate', binaryPropertyName: 'data' });
	const promptId = await server.submit(picture(1, 'a'), EDITOR);
	const [json] = await started(activation);
	const [{ items }] = activation.executions;
	expect(json).toMatchObject({ event: 'finished', promptId, fileName: 'a_00001_.png' });
	expect(items[0].binary?.data).toMatchObject({ mimeType: 'image/png', fileName: 'a_00001_.png' });
});

test('a file that the server no longer has is named, and the execution starts', async () => {
	const activation = await activate({ output: 'separate', binaryPropertyName: 'data' });
	server.faults.respond({ path: /\/view/ }, { status: 404 });
	await server.submit(picture(), EDITOR);
	expect(await started(activation)).toMatchObject([{ event: 'finished', missing: ['x_00001_.png'] }]);
});

test('jobs that end within the time of a batch start one execution', async () => {
	const activation = await activate({ options: { batchSeconds: 1 } });
	const ids = [];
	for (let color = 0; color < 3; color++) ids.push(await server.submit(picture(color), EDITOR));
	const items = await started(activation);
	expect(items.map(({ promptId }) => promptId)).toEqual(ids);
	expect(activation.executions).toHaveLength(1);
});

describe('after a restart of n8n', () => {
	test('what ended meanwhile starts executions', async () => {
		const before = await activate();
		await before.close();
		const ids = [];
		for (let color = 0; color < 3; color++) ids.push(await server.submit(picture(color), EDITOR));
		await server.idle();
		const after = await activate({}, { staticData: before.staticData, mode: 'init' });
		const items = await started(after, 3);
		expect(items.map(({ promptId }) => promptId)).toEqual(ids);
	});

	test('what ended meanwhile starts nothing without "Catch Up"', async () => {
		const parameters = { options: { catchUp: false } };
		const before = await activate(parameters);
		await before.close();
		await server.submit(picture(1), EDITOR);
		await server.idle();
		const after = await activate(parameters, { staticData: before.staticData, mode: 'init' });
		const promptId = await server.submit(picture(2), EDITOR);
		expect(await started(after)).toMatchObject([{ promptId }]);
	});

	test('an execution that had not ended is not started twice, and none is lost', async () => {
		const keys = new Set<string>();
		const before = await activate({}, { finishes: false, keys });
		await server.submit(picture(1), EDITOR);
		await started(before);
		const { staticData } = before;
		await before.close();
		const second = await server.submit(picture(2), EDITOR);
		await server.idle();
		const after = await activate({}, { staticData, mode: 'init', keys });
		expect(await started(after)).toMatchObject([{ promptId: second }]);
	});

	test('an execution that n8n had not created is started', async () => {
		const before = await activate({}, { finishes: false });
		const promptId = await server.submit(picture(1), EDITOR);
		await started(before);
		await before.close();
		const after = await activate({}, { staticData: before.staticData, mode: 'init' });
		expect(await started(after)).toMatchObject([{ promptId }]);
	});

	test.each([
		['created', 0],
		['not created', 1],
	])('a batch whose execution was %s is not mixed with later events', async (_what, lost) => {
		const keys = new Set<string>();
		const parameters = { options: { batchSeconds: 1 } };
		const before = await activate(parameters, { finishes: false, keys });
		const first = [await server.submit(picture(1), EDITOR), await server.submit(picture(2), EDITOR)];
		await started(before);
		const { staticData } = before;
		await before.close();
		if (lost) keys.clear();
		const later = await server.submit(picture(3), EDITOR);
		await server.idle();
		const after = await activate(parameters, { staticData, mode: 'init', keys });
		await started(after, lost + 1);
		const batches = after.executions.map(({ items }) => items.map(({ json }) => json.promptId));
		expect(batches).toEqual(lost ? [first, [later]] : [[later]]);
	});
});

test('an execution that n8n could not start is started again', async () => {
	const activation = await activate({}, { finishes: false });
	const promptId = await server.submit(picture(), EDITOR);
	await started(activation);
	activation.executions[0].fail(new Error('the database is locked'));
	const items = await started(activation, 2);
	expect(items).toMatchObject([{ promptId }, { promptId }]);
	expect(activation.executions[1].key).toBe(activation.executions[0].key);
});

test('an execution that a user stopped is not started again', async () => {
	const activation = await activate({}, { finishes: false });
	const first = await server.submit(picture(1), EDITOR);
	await started(activation);
	activation.executions[0].fail(new Error('The execution was cancelled manually'));
	const second = await server.submit(picture(2), EDITOR);
	await started(activation, 2);
	const { cursor } = activation.staticData['node:Trigger'] as { cursor: { ended: string[] } };
	expect(cursor.ended).toEqual([first]);
	expect(activation.executions.map(({ items }) => items[0].json.promptId)).toEqual([first, second]);
});

test('the activation fails with a wrong password, and the error says so', async () => {
	await server.stop();
	server = await LittleComfyUi.start({ auth: { kind: 'bearer', token: 'right' } });
	await expect(activate()).rejects.toMatchObject({ message: expect.stringMatching(/refuse|401|password/i) });
	expect(server.sockets).toBe(0);
});

test.each([
	['without an event', { events: [] }, 'event'],
	['without the ID of the saved workflow', { workflow: 'id', savedWorkflowId: ' ' }, 'Saved Workflow ID'],
	['without the node type', { workflow: 'nodeType', nodeType: '' }, 'Node Type'],
])('the activation fails %s', async (_what, parameters, text) => {
	await expect(activate(parameters)).rejects.toMatchObject({ message: expect.stringContaining(text) });
});

test('the deactivation leaves no socket', async () => {
	const activation = await activate();
	await until(() => server.sockets === 1);
	await activation.close();
	await until(() => server.sockets === 0);
});

test('"Execute workflow" waits for the next job', async () => {
	await server.submit(picture(1), EDITOR);
	await server.idle();
	const run = engine.run(workflow());
	await until(() => server.sockets === 1);
	await until(() => server.requests.some(({ path }) => path.endsWith('/history')));
	const promptId = await server.submit(picture(2), EDITOR);
	const result = await run;
	expect(result.items('Trigger')[0].json).toMatchObject({ event: 'finished', promptId });
	await until(() => server.sockets === 0);
});
