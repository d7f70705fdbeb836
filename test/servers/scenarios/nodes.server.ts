import type { INodeParameters } from 'n8n-workflow';
import { ComfyUiApi } from '../../../credentials/ComfyUiApi.credentials';
import { ComfyUiGetImages } from '../../../nodes/GetImages/ComfyUiGetImages.node';
import { ComfyUiObjectInfo } from '../../../nodes/ObjectInfo/ComfyUiObjectInfo.node';
import { ComfyUiQueuePrompt } from '../../../nodes/QueuePrompt/ComfyUiQueuePrompt.node';
import { ComfyUiRunWorkflow } from '../../../nodes/RunWorkflow/ComfyUiRunWorkflow.node';
import { ComfyUiUploadImage } from '../../../nodes/UploadImage/ComfyUiUploadImage.node';
import { ComfyUiWaitForCompletion } from '../../../nodes/WaitForCompletion/ComfyUiWaitForCompletion.node';
import { encodePng } from '../../server/pictures/encodePng';
import { flatPicture } from '../../server/pictures/Picture';
import { nodeType } from '../../support/builtPackage';
import { Engine, type EngineRun, type InputItem, type RunRequest } from '../../support/engine';
import { until } from '../../support/until';
import { serverUnderTest } from '../support/ServerUnderTest';
import { fail, load, picture, save, slow, unique } from '../support/workflows';

const server = serverUnderTest();

let engine: Engine;
beforeAll(async () => {
	engine = await Engine.start({
		nodeTypes: {
			[nodeType('RunWorkflow')]: ComfyUiRunWorkflow,
			[nodeType('QueuePrompt')]: ComfyUiQueuePrompt,
			[nodeType('WaitForCompletion')]: ComfyUiWaitForCompletion,
			[nodeType('GetImages')]: ComfyUiGetImages,
			[nodeType('UploadImage')]: ComfyUiUploadImage,
			[nodeType('ObjectInfo')]: ComfyUiObjectInfo,
		},
		credentialTypes: { comfyUiApi: ComfyUiApi },
	});
});
afterAll(async () => await engine.stop());

const credentials = { comfyUiApi: { url: server.url } };

/** A node of ours, named like its class. */
const node = (name: string, parameters: INodeParameters = {}) => ({ name, type: nodeType(name), parameters });

async function run(nodes: RunRequest['nodes'], input?: InputItem[]): Promise<EngineRun> {
	const ended = await engine.run({ nodes, credentials, input });
	expect(ended.error).toBeUndefined();
	return ended;
}

const text = (workflow: object) => JSON.stringify(workflow);
const png = encodePng(flatPicture(20, 10, 0xff8800));

test('Run Workflow brings one item with its file for each item', async () => {
	const workflow = text(picture()).replace(
		/"filename_prefix":"[^"]*"/,
		'"filename_prefix":"{{ $json.name }}"',
	);
	const input = ['red', 'blue'].map((name) => ({ json: { name: unique(name) } }));
	const ended = await run([node('RunWorkflow', { workflowSource: 'json', workflow: `=${workflow}` })], input);
	const items = ended.items('RunWorkflow');
	expect(items.map(({ json }) => json.fileName ?? json.filename)).toEqual([
		expect.stringContaining(unique('red')),
		expect.stringContaining(unique('blue')),
	]);
	expect((await ended.binary(items[1], 'data')).toString('latin1', 1, 4)).toBe('PNG');
});

test('Run Workflow reports the node that failed', async () => {
	const workflow = text({ ...picture(), '3': fail('1', 'the oven broke'), '4': save('3') });
	const ended = await engine.run({
		nodes: [node('RunWorkflow', { workflowSource: 'json', workflow })],
		credentials,
	});
	expect(ended.error?.message).toContain('"Fragile Node" (TFail, node 3) failed: the oven broke');
});

test('Queue Prompt, Wait For Completion and Get Images bring the file', async () => {
	const ended = await run([
		node('QueuePrompt', { workflowSource: 'json', workflow: text(slow(0.3)) }),
		node('WaitForCompletion'),
		node('GetImages'),
	]);
	const [item] = ended.items('GetImages');
	expect((await ended.binary(item, 'data')).toString('latin1', 1, 4)).toBe('PNG');
});

test('Upload Image stores a file that Run Workflow loads', async () => {
	const workflow = text({ '1': load('UPLOADED'), '2': save('1') }).replace('UPLOADED', '{{ $json.value }}');
	const input = [{ json: {}, binary: { data: { data: png, fileName: 'in.png', mimeType: 'image/png' } } }];
	const ended = await run(
		[node('UploadImage'), node('RunWorkflow', { workflowSource: 'json', workflow: `=${workflow}` })],
		input,
	);
	const [item] = ended.items('RunWorkflow');
	expect((await ended.binary(item, 'data')).readUInt32BE(16)).toBe(20);
});

describe('Object Info', () => {
	const ask = async (operation: string, parameters: INodeParameters = {}) =>
		(await run([node('ObjectInfo', { operation, ...parameters })])).items('ObjectInfo');
	const byName = (value: string) => ({ __rl: true, mode: 'id', value });

	test('describes a node type', async () => {
		const [{ json }] = await ask('describeNode', { nodeType: byName('KSampler') });
		expect(json.nodeType).toBe('KSampler');
	});

	test('lists the choices of an input', async () => {
		const asked = { nodeType: byName('KSampler'), input: byName('sampler_name') };
		expect((await ask('getChoices', asked)).length).toBeGreaterThan(5);
	});

	test('lists node types, model folders and the inputs of a workflow', async () => {
		expect((await ask('listNodeTypes', { returnAll: true })).length).toBeGreaterThan(50);
		await ask('listModels', { folder: byName('checkpoints') });
		expect((await ask('listWorkflowInputs', { workflow: text(picture()) })).length).toBeGreaterThan(3);
	});

	test('checks a workflow and tells of the server', async () => {
		const [checked] = await ask('checkWorkflow', { workflow: text(picture()) });
		expect(checked.json.ok).toBe(true);
		expect(await ask('getServerInformation')).toHaveLength(1);
	});
});

test('stopping the execution stops its job on the server, and no job of others', async () => {
	const { run: ending, cancel } = engine.launch({
		nodes: [node('RunWorkflow', { workflowSource: 'json', workflow: text(slow(20, 100)) })],
		credentials,
	});
	const jobs = async () => await server.client.getQueue();
	await until(async () => (await jobs()).some(({ state }) => state === 'running'));
	const foreign = await server.client.queuePrompt(slow(0.5));
	cancel();
	expect((await ending).status).toBe('canceled');
	expect((await server.wait(foreign)).files).toHaveLength(1);
	await server.idle();
});

test('the test of the credential says that the server answers', async () => {
	expect(await engine.testCredential('comfyUiApi', { url: server.url })).toMatchObject({ status: 'OK' });
});
