import type { INodeParameters, ResourceMapperField } from 'n8n-workflow';
import { JobNodes, queue } from './support/JobNodes';
import { textToImage } from './support/jobWorkflows';
import { sentJobs } from './support/sent';
import { nodeType } from '../support/builtPackage';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

/** What the editor shows as "Workflow Inputs". */
async function form(parameters: INodeParameters, url?: string) {
	const server = url ? { url } : await nodes.server();
	return await nodes.engine.resourceMapping({
		nodeType: nodeType('QueuePrompt'),
		method: 'workflowInputs',
		typeVersion: 1, // later versions have fields of their own for prompt, image and size
		parameters,
		credentials: { comfyUiApi: { url: server.url } },
	});
}

const fieldsOf = async (workflow: unknown) => (await form({ workflow: JSON.stringify(workflow) })).fields;
const byId = (fields: ResourceMapperField[], id: string) => fields.find((field) => field.id === id);

describe('the form', () => {
	test('has a field for each input, with its type and what the workflow has there', async () => {
		const fields = await fieldsOf(textToImage({ text: 'a cat', seed: 7 }));
		expect(fields.slice(0, 3)).toMatchObject([
			{ id: '6.text', displayName: 'Positive Prompt', type: 'string', defaultValue: 'a cat' },
			{ id: '7.text', displayName: 'Negative Prompt', type: 'string', defaultValue: 'blurry' },
			{ id: '3.seed', displayName: 'Seed (override)', type: 'number', defaultValue: null },
		]);
		expect(byId(fields, '3.steps')).toMatchObject({ type: 'number', removed: false });
	});

	test("offers the server's own choices, and tells when what the workflow has is not among them", async () => {
		const fields = await fieldsOf(textToImage({ checkpoint: 'mine.safetensors' }));
		const { type, options, defaultValue } = byId(fields, '4.ckpt_name') as ResourceMapperField;
		expect([type, defaultValue]).toEqual(['options', 'mine.safetensors']);
		expect(options).toContainEqual({
			name: 'sd_xl_base_1.0.safetensors',
			value: 'sd_xl_base_1.0.safetensors',
		});
		expect(options).toContainEqual({
			name: 'mine.safetensors (not on the server)',
			value: 'mine.safetensors',
		});
	});

	test('keeps what is seldom changed for those who ask', async () => {
		const fields = await fieldsOf(textToImage());
		expect(byId(fields, '3.scheduler')).toMatchObject({ removed: true, type: 'options' });
		expect(byId(fields, '9.filename_prefix')).toMatchObject({ removed: true });
	});

	test('shows a number as a person wrote it, and takes it for unchanged', async () => {
		const workflow = JSON.stringify(textToImage()).replace('"denoise":1', '"denoise":0.8700000000000001');
		const { fields } = await form({ workflow });
		expect(byId(fields, '3.denoise')).toMatchObject({ type: 'number', defaultValue: 0.87 });
		const server = await nodes.server();
		const workflowInputs = { mappingMode: 'defineBelow', value: { '3.denoise': 0.87 } };
		await nodes.run(server, [queue(JSON.parse(workflow), { workflowInputs })]);
		expect(sentJobs(server)[0].prompt['3'].inputs.denoise).toBe(0.8700000000000001);
	});

	test('edits a seed of 64 bits as text, where it keeps its digits', async () => {
		const workflow = JSON.stringify(textToImage()).replace('"seed":1', '"seed":18446744073709551615');
		const { fields } = await form({ workflow });
		expect(byId(fields, '3.seed')).toMatchObject({ type: 'string', defaultValue: null });
	});

	test('lets a picture be a field of the item or a file on the server', async () => {
		const load = { class_type: 'LoadImage', inputs: { image: 'a.png' }, _meta: { title: 'Photo' } };
		const save = { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } };
		const [field] = await fieldsOf({ '1': load, '2': save });
		expect(field).toMatchObject({
			id: '1.image',
			displayName: 'Image (binary field or URL)',
			type: 'string',
		});
	});

	test('is made of a workflow that was saved on the server, too', async () => {
		const server = await nodes.server();
		await fetch(`${server.url}/userdata/workflows%2Fcats.json`, {
			method: 'POST',
			body: JSON.stringify(textToImage({ text: 'a saved cat' })),
		});
		const savedWorkflow = { __rl: true, mode: 'list', value: 'cats.json' };
		const { fields } = await form({ workflowSource: 'server', savedWorkflow }, server.url);
		expect(byId(fields, '6.text')).toMatchObject({ defaultValue: 'a saved cat' });
	});

	test.each<[string, INodeParameters, RegExp]>([
		['there is no workflow', { workflow: '' }, /Paste a workflow to see its inputs/],
		[
			'the workflow is an expression',
			{ workflow: '={{ $json.workflow }}' },
			/is an expression.*"Inputs to Set"/,
		],
		['the workflow comes from a file', { workflowSource: 'binary' }, /comes from a file.*"Inputs to Set"/],
		['the workflow is not valid', { workflow: '{"1": {' }, /not valid JSON: line 1/],
		[
			'the saved workflow is gone',
			{ workflowSource: 'server', savedWorkflow: { __rl: true, mode: 'path', value: 'x' } },
			/no saved workflow "x.json"/,
		],
	])('says why it is empty: %s', async (_why, parameters, text) => {
		const { fields, emptyFieldsNotice } = await form(parameters);
		expect(fields).toEqual([]);
		expect(emptyFieldsNotice).toMatch(text);
	});

	test('says why it is empty: the server is down', async () => {
		const { fields, emptyFieldsNotice } = await form(
			{ workflow: JSON.stringify(textToImage()) },
			'http://127.0.0.1:9',
		);
		expect(fields).toEqual([]);
		expect(emptyFieldsNotice).toMatch(/127\.0\.0\.1:9/);
	});
});

describe('what is entered', () => {
	async function sent(value: INodeParameters, parameters: INodeParameters = {}, json = {}) {
		const server = await nodes.server();
		const workflowInputs = { mappingMode: 'defineBelow', value };
		const run = await nodes.run(server, [queue(textToImage(), { workflowInputs, ...parameters })], {
			input: [{ json }],
		});
		expect(run.error).toBeUndefined();
		return sentJobs(server)[0].prompt;
	}

	test('goes into the workflow, with the type of the input', async () => {
		const prompt = await sent({ '6.text': 'a "new" cat,\nasleep', '3.steps': '3', '3.cfg': 6.5 });
		expect(prompt['6'].inputs.text).toBe('a "new" cat,\nasleep');
		expect(prompt['3'].inputs).toMatchObject({ steps: 3, cfg: 6.5, seed: 1 });
	});

	test('may be an expression over the item', async () => {
		const prompt = await sent({ '6.text': '={{ $json.subject }} at dawn' }, {}, { subject: 'a pier' });
		expect(prompt['6'].inputs.text).toBe('a pier at dawn');
	});

	test('empties a text', async () => {
		expect((await sent({ '7.text': '' }))['7'].inputs.text).toBe('');
	});

	// n8n removes a field without a value, and saves the value of the workflow in a field that nobody touched
	test('leaves a field alone that was not touched', async () => {
		const prompt = await sent({ '3.steps': 2, '4.ckpt_name': null });
		expect(prompt['3'].inputs.steps).toBe(2);
		expect(prompt['4'].inputs.ckpt_name).toBe('sd_xl_base_1.0.safetensors');
	});

	// n8n saves an empty text in a field that a person emptied
	test.each([
		['3.steps', 'Steps'],
		['4.ckpt_name', 'Checkpoint'],
	])(
		'is an error that names the field when the field %s takes no text and was emptied',
		async (id, label) => {
			const server = await nodes.server();
			const workflowInputs = { mappingMode: 'defineBelow', value: { [id]: '' } };
			const run = await nodes.run(server, [queue(textToImage(), { workflowInputs })]);
			expect(run.error?.message).toBe(`"${label}" is empty for item 0.`);
			expect(sentJobs(server)).toEqual([]);
		},
	);

	test.each([
		['a field of the form', { value: { '6.text': '={{ $json.nope }}' } }, [], /"Positive Prompt".*item 0/],
		['a number of the form', { value: { '3.steps': '={{ $json.nope }}' } }, [], /"Steps".*item 0/],
		['a number of the form', { value: { '3.steps': '={{ "" }}' } }, [], /"Steps".*item 0/],
		[
			'a row of the list',
			{ value: {} },
			[{ node: '6.text', value: '={{ $json.nope }}' }],
			/"6\.text".*item 0/,
		],
		[
			'a typed row',
			{ value: {} },
			[{ node: '3', input: 'cfg', type: 'number', value: '={{ null }}' }],
			/"cfg"/,
		],
	])('is an error when the expression of %s gives nothing: %j %j', async (_what, form, values, message) => {
		const server = await nodes.server();
		const workflowInputs = { mappingMode: 'defineBelow', ...form } as INodeParameters;
		const run = await nodes.run(server, [queue(textToImage(), { workflowInputs, inputs: { values } })]);
		expect(run.error?.message).toMatch(message);
		expect(sentJobs(server)).toEqual([]);
	});

	test('may be an empty text from an expression', async () => {
		expect((await sent({ '7.text': '={{ $json.nope ?? "" }}' }))['7'].inputs.text).toBe('');
	});

	const fixed = { seedMode: 'fixed', seed: 99 };

	test.each([
		['another seed', { '3.seed': 5 }, 5],
		['the seed of the workflow', { '3.seed': 1 }, 1],
		['the seed of the workflow by an expression', { '3.seed': '={{ 1 }}' }, 1],
	])('wins over the parameter "Seed" when it is %s', async (_, value, seed) => {
		expect((await sent(value, fixed))['3'].inputs.seed).toBe(seed);
		expect((await sent(value, { seedMode: 'randomize' }))['3'].inputs.seed).toBe(seed);
	});

	test('leaves the seed to the parameter "Seed" when the form has none', async () => {
		expect((await sent({}, fixed))['3'].inputs.seed).toBe(99);
		expect((await sent({ '3.seed': '' }, fixed))['3'].inputs.seed).toBe(99);
		expect((await sent({}, { seedMode: 'randomize' }))['3'].inputs.seed).not.toBe(1);
	});

	test('leaves the seed to the parameter "Seed" when the editor filled it in, as older releases did', async () => {
		const schema = [{ id: '3.seed', displayName: 'Seed', type: 'number', defaultValue: 1 }];
		const sentWith = async (seed: number) => {
			const workflowInputs = { mappingMode: 'defineBelow', value: { '3.seed': seed }, schema };
			return (await sent({}, { ...fixed, workflowInputs: workflowInputs as never }))['3'].inputs.seed;
		};
		expect(await sentWith(1)).toBe(99);
		expect(await sentWith(5)).toBe(5);
	});

	test('yields to "Inputs to Set"', async () => {
		const inputs = { values: [{ node: '6.text', value: 'from the list' }] };
		expect((await sent({ '6.text': 'from the form' }, { inputs }))['6'].inputs.text).toBe('from the list');
	});

	test('is an error with the names that may be meant when the workflow has no such input any more', async () => {
		const server = await nodes.server();
		const workflowInputs = { mappingMode: 'defineBelow', value: { '77.text': 'x' } };
		const run = await nodes.run(server, [queue(textToImage(), { workflowInputs })]);
		expect(run.error?.message).toMatch(/no node "77"/);
		expect(sentJobs(server)).toEqual([]);
	});
});
