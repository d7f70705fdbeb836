import { readFileSync } from 'node:fs';
import type { INodeParameters } from 'n8n-workflow';
import type { LittleComfyUiOptions } from '../server';
import type { InputItem } from '../support/engine';
import { nodeType } from '../support/builtPackage';
import { itemWith } from './support/fileNodes';
import { JobNodes, queue } from './support/JobNodes';
import { textToImage } from './support/jobWorkflows';
import { sentJobs } from './support/sent';

/** "Workflow Source" without foreign JSON, and the fields for prompt, image and size. */

let nodes: JobNodes;
beforeAll(async () => {
	nodes = await JobNodes.start();
});
afterAll(async () => await nodes.stop());
afterEach(async () => await nodes.stopServers());

const picture = readFileSync('test/fixtures/picture.png');
const small = { width: 64, height: 64 };
const SD15 = { __rl: true, mode: 'name', value: 'v1-5-pruned-emaonly-fp16.safetensors' };

/** Runs the node with these parameters, as it is when it was just added. */
async function run(
	parameters: INodeParameters,
	{ input = [{ json: {} }], ...options }: LittleComfyUiOptions & { input?: InputItem[] } = {},
) {
	const server = await nodes.server(options);
	const { type, name } = queue({});
	const done = await nodes.run(server, [{ type, name, parameters: { seedMode: 'keep', ...parameters } }], {
		input,
	});
	return { done, server, jobs: sentJobs(server) };
}

async function sent(...given: Parameters<typeof run>) {
	const { done, jobs } = await run(...given);
	expect(done.error).toBeUndefined();
	return jobs[0].prompt;
}

async function failed(...given: Parameters<typeof run>) {
	const { done, jobs } = await run(...given);
	expect(jobs).toEqual([]);
	return [done.error?.message, done.error?.description];
}

describe('a node that was just added', () => {
	test('needs only a prompt: text to image, with the first checkpoint of the server', async () => {
		const prompt = await sent(
			{ prompt: 'a "red" fox\nin the snow', ...small },
			{ models: { checkpoints: ['dreamshaper_8.safetensors', 'sd_xl_base_1.0.safetensors'] } },
		);
		expect(prompt['1'].inputs).toEqual({ ckpt_name: 'dreamshaper_8.safetensors' });
		expect(prompt['2'].inputs.text).toBe('a "red" fox\nin the snow');
		expect(prompt['5'].inputs).toEqual({ width: 64, height: 64, batch_size: 1 });
	});

	test('without a prompt is an error that says what to enter', async () => {
		expect(await failed({})).toEqual(['"Prompt" is empty.', expect.stringMatching(/Describe what to paint/)]);
	});

	test('takes the prompt of "Inputs to Set" too', async () => {
		const inputs = { values: [{ node: 'Positive Prompt.text', value: 'a fox' }] };
		expect((await sent({ inputs, ...small }))['2'].inputs.text).toBe('a fox');
	});

	test('on a server without checkpoints is an error that says where they belong', async () => {
		const nothing = { models: { checkpoints: [] } };
		expect(await failed({ prompt: 'a fox' }, nothing)).toEqual([
			'The server has no checkpoints.',
			'Put one into models/checkpoints.',
		]);
	});

	test('asks the server once for what all items share', async () => {
		const input = ['a fox', 'a hare'].map((subject) => ({ json: { subject } }));
		const { jobs, server } = await run(
			{ prompt: '={{ $json.subject }}', checkpoint: SD15, ...small },
			{ input },
		);
		expect(jobs.map(({ prompt }) => prompt['2'].inputs.text)).toEqual(['a fox', 'a hare']);
		expect(server.requests.filter(({ path }) => path.includes('view_metadata'))).toHaveLength(1);
	});
});

test('a node that was saved before there were workflows of our own still runs its JSON', async () => {
	const server = await nodes.server();
	const workflow = JSON.stringify(textToImage({ text: 'as before' }));
	const { type, name } = queue({});
	const done = await nodes.run(server, [{ type, name, typeVersion: 1, parameters: { workflow } }]);
	expect(done.error).toBeUndefined();
	expect(sentJobs(server)[0].prompt['6'].inputs.text).toBe('as before');
});

describe('a workflow of our own', () => {
	test('takes the image of the item and leaves the rest to the model', async () => {
		const parameters = { workflowSource: 'imageToImage', prompt: 'a fox', image: 'data', checkpoint: SD15 };
		const prompt = await sent({ ...parameters, ...small }, { input: [itemWith(picture, 'me.png')] });
		expect(prompt['10'].inputs.image).toMatch(/\.png$/);
		expect(prompt['12'].inputs).toMatchObject(small);
		expect(prompt['7'].inputs.denoise).toBe(0.6);
	});

	test('enlarges an image', async () => {
		const prompt = await sent(
			{ workflowSource: 'upscale', image: 'data' },
			{ input: [itemWith(picture, 'me.png')] },
		);
		expect(prompt['1'].inputs).toEqual({ model_name: '4x-UltraSharp.pth' });
		expect(prompt['10'].inputs.image).toMatch(/\.png$/);
	});

	test('repaints a part of an image', async () => {
		const prompt = await sent(
			{ workflowSource: 'inpaint', prompt: 'a hat', image: 'data', checkpoint: SD15, ...small },
			{ input: [itemWith(picture, 'me.png')] },
		);
		expect(prompt['15'].class_type).toBe('InpaintModelConditioning');
	});

	test.each(['imageToImage', 'upscale', 'inpaint'])(
		'without an image is an error: %s',
		async (workflowSource) => {
			const prompt = workflowSource === 'upscale' ? {} : { prompt: 'a fox' };
			expect((await failed({ workflowSource, ...prompt }))[0]).toBe('"Image" is empty.');
		},
	);

	test('uses the family that is set', async () => {
		const options = { modelFamily: 'sd3' };
		expect((await sent({ prompt: 'a fox', options, ...small }))['5'].class_type).toBe('EmptySD3LatentImage');
	});

	test('is an error when the expression for its checkpoint gives nothing', async () => {
		const checkpoint = { __rl: true, mode: 'name', value: '={{ $json.nope }}' };
		expect((await failed({ prompt: 'a fox', checkpoint }))[0]).toMatch(
			/"Checkpoint" gives no value for item 0/,
		);
	});

	test('has its other inputs in the form, by the checkpoint that is chosen', async () => {
		const { url } = await nodes.server();
		const { fields } = await nodes.engine.resourceMapping({
			nodeType: nodeType('QueuePrompt'),
			method: 'workflowInputs',
			parameters: { checkpoint: SD15 },
			credentials: { comfyUiApi: { url } },
		});
		const shown = fields.filter(({ removed }) => !removed).map(({ id }) => id);
		expect(shown).toEqual(expect.arrayContaining(['7.steps', '7.cfg', '7.seed']));
		expect(shown).not.toEqual(expect.arrayContaining(['2.text']));
		expect(fields.map(({ id }) => id)).not.toContain('5.width');
		expect(fields.find(({ id }) => id === '7.steps')?.defaultValue).toBe(25);
	});
});

describe('a template of the server', () => {
	const template = (value: string) => ({ __rl: true, mode: 'list', value });
	const search = async (filter?: string, options?: LittleComfyUiOptions) => {
		const { url } = await nodes.server(options);
		const parameters = {
			nodeType: nodeType('QueuePrompt'),
			method: 'searchTemplates',
			credentials: { comfyUiApi: { url } },
			filter,
		};
		return (await nodes.engine.listSearch(parameters)).results;
	};

	test('runs', async () => {
		const prompt = await sent({ workflowSource: 'template', template: template('default') });
		expect(Object.values(prompt).map((node) => node.class_type)).toEqual(['EmptyImage', 'SaveImage']);
	});

	test('is found by the words of its title, its description and its tags', async () => {
		expect(await search()).toHaveLength(3);
		expect(await search('existing image')).toEqual([
			{
				name: 'Image to Image',
				value: 'image2image',
				description: 'Transform existing images using text prompts.',
			},
		]);
		expect((await search('text to image')).map(({ value }) => value)).toContain('default');
	});

	test('is an error when there are none, and when none is chosen', async () => {
		await expect(search('', { templates: null })).rejects.toThrow(/has no templates/);
		const empty = { __rl: true, mode: 'name', value: '={{ "" }}' };
		expect(await failed({ workflowSource: 'template', template: empty })).toEqual([
			'The expression for "Template" gives an empty text for item 0.',
			expect.stringContaining('Check the names in the expression'),
		]);
	});
});

describe('the lists of models', () => {
	test.each([
		['searchCheckpoints', 'XL', ['sd_xl_base_1.0.safetensors']],
		['searchUpscaleModels', '', ['4x-UltraSharp.pth']],
	])('can be searched: %s', async (method, filter, expected) => {
		const { url } = await nodes.server();
		const { results } = await nodes.engine.listSearch({
			nodeType: nodeType('QueuePrompt'),
			method,
			credentials: { comfyUiApi: { url } },
			filter,
		});
		expect(results.map(({ value }) => value)).toEqual(expected);
	});
});

describe('the fields for prompt, image and size', () => {
	const json = { workflowSource: 'json', workflow: JSON.stringify(textToImage()) };

	test('set their inputs in any workflow; empty ones set nothing', async () => {
		const values = { prompt: 'a fox', width: 128, imageCount: 2, negativePrompt: '', height: '' };
		const prompt = await sent({ ...json, ...values });
		expect(prompt['6'].inputs.text).toBe('a fox');
		expect(prompt['7'].inputs.text).toBe('blurry');
		expect(prompt['5'].inputs).toEqual({ width: 128, height: 64, batch_size: 2 });
	});

	test('set an empty text when an expression gives one', async () => {
		const prompt = await sent({ ...json, negativePrompt: '={{ $json.nope ?? "" }}' });
		expect(prompt['7'].inputs.text).toBe('');
	});

	test('yield to "Inputs to Set"', async () => {
		const inputs = { values: [{ node: '6.text', value: 'from the list' }] };
		expect((await sent({ ...json, prompt: 'from the field', inputs }))['6'].inputs.text).toBe(
			'from the list',
		);
	});

	test.each([
		['prompt', 'Prompt'],
		['negativePrompt', 'Negative Prompt'],
		['image', 'Image'],
		['width', 'Width'],
		['height', 'Height'],
		['imageCount', 'Number of Images'],
	])('are an error when an expression gives nothing: %s', async (field, label) => {
		const [message] = await failed({ ...json, [field]: '={{ $json.nope }}' });
		expect(message).toMatch(new RegExp(`"${label}" gives no value for item 0`));
	});

	test.each(['image', 'width'])(
		'are an error when an expression gives an empty text for %s',
		async (field) => {
			expect((await failed({ ...json, [field]: '={{ "" }}' }))[0]).toMatch(
				/gives (no value|an empty text) for item 0/,
			);
		},
	);

	test('are an error when the workflow does not have the role', async () => {
		const [message] = await failed({ ...json, image: 'photo.png' });
		expect(message).toBe('The workflow has no image: it has no Load Image node.');
	});
});
