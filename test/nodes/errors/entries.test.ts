import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { INodeParameters } from 'n8n-workflow';
import { JobNodes, queue } from '../support/JobNodes';
import { textToImage } from '../support/jobWorkflows';
import { sentJobs } from '../support/sent';

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

/** The error of Queue Prompt, before anything was sent. */
async function errorOf(workflow: unknown, parameters: INodeParameters = {}, json = {}) {
	const server = await nodes.server();
	const { error } = await nodes.run(server, [queue(workflow, parameters)], { input: [{ json }] });
	expect(sentJobs(server)).toEqual([]);
	expect(server.requests.filter(({ path }) => path.includes('upload'))).toEqual([]);
	return { message: error?.message ?? '', description: error?.description ?? '' };
}

const form = (value: INodeParameters) => ({ workflowInputs: { mappingMode: 'defineBelow', value } });
const rows = (...values: INodeParameters[]) => ({ inputs: { values } });

test('the error that README.md quotes is what a person reads', async () => {
	const readme = readFileSync(join(__dirname, '../../../README.md'), 'utf8').replace(/\s+/g, ' ');
	const quoted =
		/"ckpt_name" of "([^"]+)" \(CheckpointLoaderSimple, node (\d+)\) is "([^"]+)", which the server does not offer\.(?: Did you mean "[^"]+"\?)?/.exec(
			readme,
		);
	const [sentence, title, id, value] = quoted ?? [];
	const workflow = JSON.parse(JSON.stringify(textToImage()).replaceAll('["4",', `["${id}",`));
	const { '4': loader, ...others } = workflow;
	const { message } = await errorOf({
		...others,
		[id ?? '']: { ...loader, inputs: { ckpt_name: value }, _meta: { title } },
	});
	expect(sentence).toBeDefined();
	expect(message).toContain(sentence);
});

describe('a value that the server does not offer', () => {
	test('names what it offers, and the field of the form to change', async () => {
		const { message, description } = await errorOf(textToImage({ checkpoint: 'nowhere.ckpt' }));
		expect(message).toContain('is "nowhere.ckpt", which the server does not offer. The server offers "');
		expect(description).toBe(
			'Change "Checkpoint" (4.ckpt_name) in "Workflow Inputs" or "Inputs to Set", or install on the server what is missing there.',
		);
	});

	test('names address and folder where the workflow knows them', async () => {
		const models = [{ name: 'x.ckpt', url: 'https://example.com/x.ckpt', directory: 'checkpoints' }];
		const uiWorkflow = { last_node_id: 4, nodes: [{ id: 4, properties: { models } }], links: [] };
		const source = { prompt: textToImage({ checkpoint: 'x.ckpt' }), workflow: uiWorkflow };
		expect((await errorOf(source)).message).toContain(
			'Download it from https://example.com/x.ckpt into models/checkpoints.',
		);
	});
});

describe('all wrong entries come at once:', () => {
	test('those of "Inputs to Set"', async () => {
		const { message, description } = await errorOf(
			textToImage(),
			rows(
				{ node: '77.text', value: 'x' },
				{ node: '3', input: 'steps', type: 'number', value: 'many' },
				{ node: '3.cfg', value: 'high' },
				{ node: '6.text', value: 'a cat' },
			),
		);
		expect(message.split('\n')).toEqual([
			'3 entries cannot be used:',
			'The value for "steps" is not a number.',
			expect.stringContaining('no node "77"'),
			expect.stringMatching(/"cfg" of "KSampler".*takes a number, which "high" is not/),
		]);
		expect(description).toContain('Enter a number with a decimal point');
		expect(description).toContain('Its nodes are');
	});

	test('those of the form and of the list, with what the server would refuse', async () => {
		const { message } = await errorOf(textToImage(), {
			...form({ '6.text': '={{ $json.nope }}', '4.ckpt_name': 'nowhere.ckpt' }),
			...rows({ node: '3.steps', value: 'many' }),
		});
		expect(message.split('\n')).toEqual([
			'3 entries cannot be used:',
			expect.stringContaining('"Positive Prompt" gives no value'),
			expect.stringContaining('"steps" of "KSampler"'),
			expect.stringContaining('is "nowhere.ckpt", which the server does not offer.'),
		]);
	});
});

describe('what is pasted by mistake is said as that:', () => {
	test('a workflow of n8n', async () => {
		const node = {
			parameters: {},
			type: 'n8n-nodes-base.set',
			typeVersion: 3,
			position: [0, 0],
			name: 'Set',
		};
		const { message, description } = await errorOf({ nodes: [node], connections: {}, pinData: {} });
		expect(message).toBe('This is a workflow of n8n, not one of ComfyUI.');
		expect(description).toContain('In the ComfyUI editor choose');
	});

	test('broken JSON, with a word about expressions only where there is one', async () => {
		const broken = '{"6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a "red" car"} } }';
		const mixed = broken.replace('"red"', '{{ $json.colour }}');
		for (const [workflow, expected] of [
			[broken, false],
			['={{ $json.broken }}', false],
			[`=${mixed}`, true],
		] as const) {
			const { message, description } = await errorOf(workflow, {}, { colour: '"red"', broken });
			expect(message).toContain('The workflow is not valid JSON');
			expect(description.includes('expressions')).toBe(expected);
		}
	});
});

describe('a hint about the workflow is shown with the item that fails', () => {
	const nodeReplacements = { Loader: [{ new_node_id: 'CheckpointLoaderSimple', input_mapping: null }] };
	const old = textToImage({ checkpoint: 'nowhere.ckpt' }) as Record<string, object>;
	const workflow = { ...old, '4': { ...old['4'], class_type: 'Loader' } };
	const remark = "The server's replacement CheckpointLoaderSimple is used.";

	test('in the error of the node', async () => {
		const server = await nodes.server({ nodeReplacements });
		const { error } = await nodes.run(server, [queue(workflow)]);
		expect(error?.message).toContain('is "nowhere.ckpt", which the server does not offer.');
		expect(error?.description).toContain(remark);
	});

	test('in the details of the item when the node continues', async () => {
		const server = await nodes.server({ nodeReplacements });
		const run = await nodes.run(server, [queue(workflow, {}, { onError: 'continueRegularOutput' })]);
		expect(run.items('Queue')[0].json.details).toMatchObject({ hint: expect.stringContaining(remark) });
	});

	test('and the workflow runs with the new type once it is right', async () => {
		const server = await nodes.server({ nodeReplacements });
		const { error } = await nodes.run(server, [
			queue(workflow, rows({ node: '4.ckpt_name', value: 'sd_xl_base_1.0.safetensors' })),
		]);
		expect(error).toBeUndefined();
		expect(sentJobs(server)[0].prompt['4']).toMatchObject({
			class_type: 'CheckpointLoaderSimple',
			inputs: { ckpt_name: 'sd_xl_base_1.0.safetensors' },
		});
	});
});
