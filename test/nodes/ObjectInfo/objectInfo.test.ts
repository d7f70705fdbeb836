import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IDataObject, INode } from 'n8n-workflow';
import { ComfyUiObjectInfo } from '../../../nodes/ObjectInfo/ComfyUiObjectInfo.node';
import { LittleComfyUi } from '../../server';
import type { Engine } from '../../support/engine';
import { byId, startEngine, TYPE } from './support';

const WORKFLOW = {
	1: { class_type: 'EmptyImage', inputs: { width: 64, height: 64, batch_size: 1, color: 0 } },
	2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
};
const BROKEN = {
	...WORKFLOW,
	2: { class_type: 'SaveImagee', inputs: { images: ['1', 0] } },
};

let engine: Engine;
let comfy: LittleComfyUi;

beforeAll(async () => {
	engine = await startEngine();
});
afterAll(async () => await engine.stop());

// Each test has its own server, because the client caches the catalogue of a server for minutes.
beforeEach(async () => {
	comfy = await LittleComfyUi.start({
		objectInfo: {
			OldNode: { input: {}, output: [], name: 'OldNode', display_name: 'Old', deprecated: true },
			'a/b +|c ': { input: { required: { x: [['y']] } }, output: [], name: 'a/b +|c ' },
		},
	});
});
afterEach(async () => {
	expect(comfy.damage).toEqual([]);
	await comfy.stop();
});

const credentials = () => ({ comfyUiApi: { url: comfy.url } });

async function run(
	parameters: IDataObject,
	{ items = [{}], ...node }: { items?: IDataObject[] } & Partial<INode> = {},
) {
	return await engine.run({
		nodes: [{ name: 'Info', type: TYPE, parameters: parameters as INode['parameters'], ...node }],
		credentials: credentials(),
		input: items.map((json) => ({ json })),
	});
}

async function rows(parameters: IDataObject, items?: IDataObject[]): Promise<IDataObject[]> {
	const result = await run(parameters, { items });
	if (result.error) throw new Error(result.error.message);
	return result.items('Info').map(({ json }) => json);
}

const catalogueRequests = () =>
	comfy.requests.map(({ path }) => path.replace('/api', '')).filter((path) => path.includes('object_info'));

describe('List Node Types', () => {
	const operation = 'listNodeTypes';

	it('gives fifty when nothing is said', async () => {
		expect(await rows({ operation })).toHaveLength(50);
	});

	it('gives one item for each node type that fits the filters', async () => {
		const found = await rows({ operation, filters: { text: 'ksampler', category: 'sampling' } });
		expect(found.map(({ nodeType }) => nodeType)).toEqual(['KSampler', 'KSamplerAdvanced']);
		expect(found[0]).toMatchObject({ displayName: 'KSampler', category: 'sampling', outputNode: false });
	});

	it('lists deprecated ones when asked', async () => {
		const filters = { text: 'oldnode' };
		expect(await rows({ operation, filters })).toEqual([]);
		expect(await rows({ operation, filters: { ...filters, includeDeprecated: true } })).toHaveLength(1);
	});

	it('stops at the limit, and gives all on demand', async () => {
		expect(await rows({ operation, limit: 3 })).toHaveLength(3);
		expect((await rows({ operation, returnAll: true })).length).toBeGreaterThan(50);
	});

	it('refuses a limit that is no number', async () => {
		const result = await run({ operation, limit: '={{ "many" }}' });
		expect(result.error?.message).toMatch(/Limit/);
	});

	it('asks the server once, however many items there are and how often it runs', async () => {
		await rows({ operation, limit: 1 }, [{}, {}, {}]);
		await rows({ operation, limit: 1 });
		expect(catalogueRequests()).toEqual(['/object_info']);
	});

	it('asks anew with Refresh, still once for all items', async () => {
		await rows({ operation, limit: 1 });
		await rows({ operation, limit: 1, options: { refresh: true } }, [{}, {}, {}]);
		expect(catalogueRequests()).toEqual(['/object_info', '/object_info']);
	});
});

describe('Describe Node', () => {
	const operation = 'describeNode';

	it('tells inputs and outputs of the node type that was chosen from the list', async () => {
		const nodeType = { __rl: true, mode: 'list', value: 'KSampler', cachedResultName: 'KSampler' };
		const [described] = await rows({ operation, nodeType });
		expect(described).toMatchObject({ nodeType: 'KSampler', outputs: [{ name: 'LATENT', type: 'LATENT' }] });
		const inputs = described.inputs as IDataObject[];
		expect(inputs.map(({ name }) => name).slice(0, 3)).toEqual(['model', 'seed', 'steps']);
	});

	it('takes another node type from each item', async () => {
		const items = [{ type: 'VAEDecode' }, { type: 'SaveImage' }];
		const result = await run({ operation, nodeType: byId('={{ $json.type }}') }, { items });
		expect(result.items('Info').map(({ json, pairedItem }) => [json.displayName, pairedItem])).toEqual([
			['VAE Decode', { item: 0 }],
			['Save Image', { item: 1 }],
		]);
	});

	it('never fetches the whole catalogue, and asks once about the same node type', async () => {
		await rows({ operation, nodeType: byId('KSampler') }, [{}, {}, {}]);
		expect(catalogueRequests()).toEqual(['/object_info/KSampler']);
	});

	it('finds class names with blanks, slashes and signs', async () => {
		const [described] = await rows({ operation, nodeType: byId('a/b +|c ') });
		expect(described.nodeType).toBe('a/b +|c ');
	});

	it('says what may be meant by an unknown node type', async () => {
		const result = await run({ operation, nodeType: byId('KSample') });
		expect(result.status).toBe('error');
		expect(result.error).toMatchObject({
			message: expect.stringMatching(
				/"KSample" is not installed on the server\. Did you mean "KSampler"/,
			) as string,
			description: expect.stringContaining('class name') as string,
			itemIndex: 0,
		});
	});

	it('understands a title where a class name is wanted', async () => {
		const result = await run({ operation, nodeType: byId('Load Checkpoint') });
		expect(result.error?.message).toContain('Did you mean "CheckpointLoaderSimple"');
	});

	it('still says that the node type is unknown when the catalogue cannot be had', async () => {
		comfy.faults.respond({ path: /object_info$/ }, { status: 500, body: 'out of order' });
		const result = await run({ operation, nodeType: byId('KSample') });
		expect(result.error?.message).toMatch(/"KSample" is not installed on the server\.$/);
	});

	it('wants a node type', async () => {
		const result = await run({ operation, nodeType: byId('={{ "" }}') });
		expect(result.error?.message).toBe('The expression for "Node Type" gives an empty text for item 0.');
	});
});

describe('Get Choices', () => {
	const operation = 'getChoices';

	it('gives one item for each checkpoint', async () => {
		const input = byId('ckpt_name');
		const found = await rows({ operation, nodeType: byId('CheckpointLoaderSimple'), input });
		expect(found.map(({ choice }) => choice)).toEqual([
			'flux1-dev-fp8.safetensors',
			'sd_xl_base_1.0.safetensors',
			'v1-5-pruned-emaonly-fp16.safetensors',
		]);
		expect(catalogueRequests()).toEqual(['/object_info/CheckpointLoaderSimple']);
	});

	it('marks the default', async () => {
		const found = await rows({ operation, nodeType: byId('SaveVideo'), input: byId('codec') });
		expect(found).toEqual([
			{ choice: 'auto', isDefault: true, nodeType: 'SaveVideo', input: 'codec' },
			{ choice: 'h264', isDefault: false, nodeType: 'SaveVideo', input: 'codec' },
		]);
	});

	it.each([
		['ckpt', /has no input "ckpt".*Did you mean "ckpt_name"/],
		['={{ "" }}', /"Input" gives an empty text/],
	])('explains what is wrong with the input %s', async (input, expected) => {
		const result = await run({ operation, nodeType: byId('CheckpointLoaderSimple'), input: byId(input) });
		expect(result.error?.message).toMatch(expected);
	});

	it('explains that a number offers no choices', async () => {
		const result = await run({ operation, nodeType: byId('KSampler'), input: byId('seed') });
		expect(result.error).toMatchObject({
			message: 'The input "seed" of "KSampler" takes INT and offers no choices.',
			description: 'Inputs with choices are sampler_name, scheduler.',
		});
	});
});

describe('List Models and List Embeddings', () => {
	it('give one item for each file of a folder', async () => {
		expect(await rows({ operation: 'listModels', folder: byId('loras') })).toEqual([
			{ name: 'add_detail.safetensors', folder: 'loras' },
			{ name: 'styles/watercolor.safetensors', folder: 'loras' },
		]);
	});

	it('give nothing for an empty folder', async () => {
		expect(await rows({ operation: 'listModels', folder: byId('gligen') })).toEqual([]);
	});

	it('say what may be meant by an unknown folder', async () => {
		const result = await run({ operation: 'listModels', folder: byId('lora') });
		expect(result.error?.message).toMatch(/no model folder "lora"\. Did you mean "loras"/);
	});

	it('tell how a prompt uses an embedding', async () => {
		expect(await rows({ operation: 'listEmbeddings' })).toEqual([
			{ name: 'easynegative', promptText: 'embedding:easynegative' },
		]);
	});
});

describe('Get Server Information', () => {
	const operation = 'getServerInformation';

	it('tells version, machine, devices, abilities and load', async () => {
		const [info] = await rows({ operation });
		expect(info).toMatchObject({
			version: '0.33.0',
			os: 'linux',
			python: '3.11.7',
			pytorch: '2.13.0+cpu',
			devices: [{ name: 'cpu', type: 'cpu', index: null, vramTotal: expect.any(Number) as number }],
			queue: { running: 0, pending: 0 },
			features: { max_upload_size: expect.any(Number) as number },
		});
	});

	it('keeps the command line to the server, which may reveal paths', async () => {
		expect(JSON.stringify(await rows({ operation }))).not.toMatch(/argv|main\.py/);
	});

	it('counts running and waiting jobs', async () => {
		const sleep = { class_type: 'TSleep', inputs: { seconds: 60, steps: 60, seed: 1 } };
		const slow = { 1: sleep, 2: WORKFLOW[2] };
		for (let job = 0; job < 3; job++) await comfy.submit(slow);
		const [{ queue }] = await rows({ operation });
		expect(queue).toEqual({ running: 1, pending: 2 });
	});

	it('works with servers that do not report their features yet', async () => {
		await comfy.stop();
		comfy = await LittleComfyUi.start({ version: '0.3.30' });
		expect(await rows({ operation })).toMatchObject([{ version: '0.3.30', features: {} }]);
	});
});

describe('Check Workflow', () => {
	const operation = 'checkWorkflow';

	it.each([
		['an object', WORKFLOW],
		['JSON text', JSON.stringify(WORKFLOW)],
		['the body of a request', { prompt: WORKFLOW }],
	])('reads %s', async (_, workflow) => {
		const found = await rows({ operation, workflow: '={{ $json.workflow }}' }, [{ workflow }]);
		expect(found).toMatchObject([{ ok: true, nodeCount: 2, outputNodes: ['2'] }]);
	});

	it('reports what is missing as an item', async () => {
		const [report] = await rows({ operation, workflow: JSON.stringify(BROKEN) });
		expect(report).toMatchObject({
			ok: false,
			missingNodeTypes: [{ nodeType: 'SaveImagee', nodeIds: ['2'] }],
		});
	});

	it('stops with Fail If Not OK, naming the findings', async () => {
		const parameters = { operation, workflow: JSON.stringify(BROKEN), options: { failIfNotOk: true } };
		const { status, error } = await run(parameters);
		expect(status).toBe('error');
		expect(error?.message).toMatch(/^The workflow cannot run on this server\. The node type "SaveImagee"/);
		expect(error?.description).toMatch(/Fail If Not OK/);
	});

	it('shows ten findings and the number of the others', async () => {
		const many = Object.fromEntries(
			Array.from({ length: 13 }, (_, id) => [id, { class_type: `Unheard${id}`, inputs: {} }]),
		);
		const workflow = JSON.stringify(many);
		const { error } = await run({ operation, workflow, options: { failIfNotOk: true } });
		expect(error?.message.match(/is not installed/g)).toHaveLength(10);
		expect(error?.message).toMatch(/and 3 more\.$/);
	});

	it('finds files that were not uploaded', async () => {
		const workflow = {
			1: { class_type: 'LoadImage', inputs: { image: 'gone.png' } },
			2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
		};
		const [report] = await rows({ operation, workflow: JSON.stringify(workflow) });
		expect(report).toMatchObject({ ok: false, missingFiles: [{ nodeId: '1', value: 'gone.png' }] });
	});

	it('does not stop with Fail If Not OK when all is well', async () => {
		const options = { failIfNotOk: true };
		expect(await rows({ operation, workflow: JSON.stringify(WORKFLOW), options })).toMatchObject([
			{ ok: true },
		]);
	});

	it.each([
		['{"1": {"class_type": ', /not valid JSON: line 1/],
		['hello', /not JSON; it starts with "hello"/],
		['{"nodes": [1, 2]}', /not a workflow/],
	])('says what is wrong with the text %s', async (workflow, expected) => {
		const { error } = await run({ operation, workflow });
		expect(error?.message).toMatch(expected);
		expect(error?.description).toMatch(/Export|backslash/);
	});
});

describe('several items', () => {
	const parameters = { operation: 'describeNode', nodeType: byId('={{ $json.type }}') };
	const items = [{ type: 'KSampler' }, { type: 'Nope' }, { type: 'VAEDecode' }];

	it('are all handled with Continue On Fail, the failed one with its error', async () => {
		const result = await run(parameters, { items, onError: 'continueRegularOutput' });
		const found = result.items('Info');
		expect(result.status).toBe('success');
		expect(found.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }]);
		expect(found[1].json).toMatchObject({
			type: 'Nope',
			error: expect.stringContaining('not installed') as string,
			details: { code: 'not-found' },
		});
		expect(found[2].json.nodeType).toBe('VAEDecode');
	});

	it('stop at the first that fails otherwise, and the error names the item', async () => {
		const result = await run(parameters, { items });
		expect(result.error).toMatchObject({ itemIndex: 1 });
	});

	it('do not share objects in what comes out', async () => {
		const result = await run({ operation: 'getServerInformation' }, { items: [{}, {}] });
		const [first, second] = result.items('Info');
		expect(first.json).toEqual(second.json);
		expect(first.json.devices).not.toBe(second.json.devices);
	});
});

describe('the description of the node', () => {
	const schemas = join(__dirname, '..', '..', '..', 'nodes', 'ObjectInfo', '__schema__', 'v1.0.0');
	const examples: Record<string, IDataObject> = {
		checkWorkflow: { workflow: JSON.stringify(WORKFLOW) },
		convertWorkflow: { workflow: JSON.stringify(WORKFLOW) },
		describeNode: { nodeType: byId('KSampler') },
		getChoices: { nodeType: byId('KSampler'), input: byId('scheduler') },
		getServerInformation: {},
		listEmbeddings: {},
		listModels: { folder: byId('vae') },
		listNodeTypes: {},
		listWorkflowInputs: { workflow: JSON.stringify(WORKFLOW) },
	};

	it('has an output schema for each operation and no other', () => {
		const { properties } = new ComfyUiObjectInfo().description;
		const operations = properties
			.filter(({ name }) => name === 'operation')
			.flatMap(({ options }) => options as Array<{ value: string }>);
		const files = readdirSync(schemas).sort();
		expect(files).toEqual([...new Set(operations.map(({ value }) => `${value}.json`))].sort());
	});

	it.each(Object.entries(examples))('says what %s puts out', async (operation, parameters) => {
		const schema = JSON.parse(readFileSync(join(schemas, `${operation}.json`), 'utf8')) as {
			properties: object;
		};
		const [row] = await rows({ operation, ...parameters });
		expect(Object.keys(row).sort()).toEqual(Object.keys(schema.properties).sort());
	});
});
