import { readFileSync } from 'node:fs';
import {
	findRoles,
	roleInputs,
	setInputs,
	toApiFormat,
	type ApiWorkflow,
	type ObjectInfo,
	type WorkflowRole,
} from '../../../nodes/client';
import { objectInfo as readCatalogue } from '../objectInfo/fixture';

const objectInfo = readCatalogue();

const node = (class_type: string, inputs: Record<string, unknown>, title?: string) => ({
	class_type,
	inputs,
	...(title && { _meta: { title } }),
});

const sampler = (inputs: Record<string, unknown> = {}) =>
	node('KSampler', {
		seed: 1,
		steps: 4,
		cfg: 7,
		sampler_name: 'euler',
		scheduler: 'normal',
		denoise: 1,
		model: ['4', 0],
		positive: ['6', 0],
		negative: ['7', 0],
		latent_image: ['5', 0],
		...inputs,
	});

const encode = (text: unknown, title?: string) => node('CLIPTextEncode', { text, clip: ['4', 1] }, title);

/** Text to image; the parts of a test replace its nodes. */
function workflow(parts: ApiWorkflow = {}): ApiWorkflow {
	return {
		'3': sampler(),
		'4': node('CheckpointLoaderSimple', { ckpt_name: 'a.safetensors' }),
		'5': node('EmptyLatentImage', { width: 512, height: 768, batch_size: 1 }),
		'6': encode('a cat', 'Positive'),
		'7': encode('blurry', 'Negative'),
		'8': node('VAEDecode', { samples: ['3', 0], vae: ['4', 2] }),
		'9': node('SaveImage', { images: ['8', 0], filename_prefix: 'x' }),
		...parts,
	};
}

/** Addresses of the inputs that play a role. */
function targets(given: ApiWorkflow, role: WorkflowRole, info: ObjectInfo = objectInfo): string[] {
	return findRoles(given, info)[role].targets.map(({ nodeId, input }) => `${nodeId}.${input}`);
}

const readsBoth = (given: ApiWorkflow, role: WorkflowRole, expected: string[]) => {
	expect(targets(given, role)).toEqual(expected);
	expect(targets(given, role, {})).toEqual(expected); // a host that does not describe its nodes
};

describe('the prompt', () => {
	test('is the text behind the positive input of the sampler, whatever the order of the nodes', () => {
		readsBoth(workflow(), 'prompt', ['6.text']);
		readsBoth(workflow(), 'negativePrompt', ['7.text']);
		const swapped = workflow({ '3': sampler({ positive: ['7', 0], negative: ['6', 0] }) });
		readsBoth(swapped, 'prompt', ['7.text']);
		readsBoth(swapped, 'negativePrompt', ['6.text']);
	});

	test('is seen through a ControlNet, which passes both prompts on', () => {
		const parts = {
			'12': node('ControlNetApplyAdvanced', { positive: ['6', 0], negative: ['7', 0], strength: 1 }),
			'3': sampler({ positive: ['12', 0], negative: ['12', 1] }),
		};
		readsBoth(workflow(parts), 'prompt', ['6.text']);
		readsBoth(workflow(parts), 'negativePrompt', ['7.text']);
	});

	test('is seen through Flux guidance and a guider', () => {
		const flux = workflow({
			'3': node('SamplerCustomAdvanced', { guider: ['12', 0], latent_image: ['5', 0] }),
			'11': node('FluxGuidance', { conditioning: ['6', 0], guidance: 3.5 }),
			'12': node('BasicGuider', { model: ['4', 0], conditioning: ['11', 0] }),
		});
		readsBoth(flux, 'prompt', ['6.text']);
		expect(targets(flux, 'negativePrompt')).toEqual([]);
	});

	test('is not a negative one when it only gives the negative input its shape', () => {
		const zeroed = workflow({ '7': node('ConditioningZeroOut', { conditioning: ['6', 0] }) });
		readsBoth(zeroed, 'prompt', ['6.text']);
		readsBoth(zeroed, 'negativePrompt', []);
	});

	test('may be held by another node, behind a switch or an enhancer too', () => {
		const parts = {
			'6': encode(['20', 0]),
			'20': node('ComfySwitchNode', { switch: true, on_false: ['21', 0], on_true: ['22', 0] }),
			'21': node('PrimitiveStringMultiline', { value: 'a cat' }),
			'22': node('TextGenerate', { prompt: ['23', 0], max_length: 100 }),
			'23': node('StringConcatenate', { string_a: ['24', 0], string_b: ['21', 0], delimiter: '' }),
			'24': node('PrimitiveStringMultiline', { value: 'You write prompts.' }),
		};
		readsBoth(workflow(parts), 'prompt', ['21.value']);
	});

	test('fills all texts of one encoder', () => {
		const flux = workflow({
			'6': node('CLIPTextEncodeFlux', { clip_l: 'cat', t5xxl: 'A cat.', guidance: 3.5 }),
		});
		readsBoth(flux, 'prompt', ['6.clip_l', '6.t5xxl']);
	});

	test('fills the texts of several samplers when they are equal', () => {
		const twice = workflow({
			'16': encode('a cat'),
			'13': sampler({ positive: ['16', 0], latent_image: ['3', 0] }),
			'8': node('VAEDecode', { samples: ['13', 0], vae: ['4', 2] }),
		});
		readsBoth(twice, 'prompt', ['6.text', '16.text']);
	});

	test('of a subgraph is found after the conversion', () => {
		const nested = JSON.parse(readFileSync('test/fixtures/conversion/nested-subgraph.json', 'utf8')) as {
			api: ApiWorkflow;
		};
		const [target] = findRoles(nested.api).prompt.targets;
		expect(target?.nodeId).toMatch(/:/);
	});

	test('of a partner node is its input of that name', () => {
		const partner = {
			'1': node('GeminiImageNode', { prompt: 'a cat', model: 'x', seed: 1 }),
			'2': node('SaveImage', { images: ['1', 0], filename_prefix: 'x' }),
		};
		readsBoth(partner, 'prompt', ['1.prompt']);
	});

	test('of nodes that no output needs does not count', () => {
		const idle = workflow({ '33': sampler({ positive: ['36', 0] }), '36': encode('a dog') });
		expect(targets(idle, 'prompt')).toEqual(['6.text']);
	});
});

describe('the image', () => {
	test('is the first loader by its ID', () => {
		const two = workflow({
			'20': node('LoadImage', { image: 'b.png' }),
			'11': node('LoadImage', { image: 'a.png' }),
			'12': node('ImageBatch', { image1: ['20', 0], image2: ['11', 0] }),
			'5': node('VAEEncode', { pixels: ['12', 0], vae: ['4', 2] }),
		});
		readsBoth(two, 'image', ['11.image']);
	});

	test('is not a mask', () => {
		const masked = workflow({
			'10': node('LoadImageMask', { image: 'm.png', channel: 'red' }),
			'11': node('MaskToImage', { mask: ['10', 0] }),
			'12': node('SaveImage', { images: ['11', 0], filename_prefix: 'm' }),
		});
		readsBoth(masked, 'image', []);
	});
});

describe('the size and the number of images', () => {
	test('are those of the latent', () => {
		readsBoth(workflow(), 'width', ['5.width']);
		readsBoth(workflow(), 'height', ['5.height']);
		readsBoth(workflow(), 'imageCount', ['5.batch_size']);
	});

	test('are set where a number is held, and in place of a number that is computed', () => {
		const parts = {
			'5': node('EmptyLatentImage', { width: ['20', 0], height: ['21', 1], batch_size: 1 }),
			'20': node('PrimitiveInt', { value: 512 }),
			'21': node('GetImageSize', { image: ['22', 0] }),
			'22': node('LoadImage', { image: 'a.png' }),
		};
		readsBoth(workflow(parts), 'width', ['20.value']);
		readsBoth(workflow(parts), 'height', ['5.height']);
	});

	test('are those of the first latent when it is enlarged for a second sampler', () => {
		const hires = workflow({
			'13': sampler({ latent_image: ['14', 0] }),
			'14': node('LatentUpscale', { samples: ['3', 0], width: 1024, height: 1536 }),
			'8': node('VAEDecode', { samples: ['13', 0], vae: ['4', 2] }),
		});
		readsBoth(hires, 'width', ['5.width']);
	});

	test('are those of an image that is resized and repeated', () => {
		const fromImage = workflow({
			'10': node('LoadImage', { image: 'a.png' }),
			'11': node('ImageScale', { image: ['10', 0], width: 512, height: 512 }),
			'12': node('VAEEncode', { pixels: ['11', 0], vae: ['4', 2] }),
			'5': node('RepeatLatentBatch', { samples: ['12', 0], amount: 1 }),
		});
		readsBoth(fromImage, 'width', ['11.width']);
		readsBoth(fromImage, 'imageCount', ['5.amount']);
	});

	test('are those of the node that makes a video, not of its first picture', () => {
		const video = workflow({
			'10': node('LoadImage', { image: 'a.png' }),
			'11': node('ImageScale', { image: ['10', 0], width: 100, height: 100 }),
			'5': node('WanImageToVideo', {
				positive: ['6', 0],
				vae: ['4', 2],
				width: 832,
				height: 480,
				image: ['11', 0],
			}),
		});
		readsBoth(video, 'width', ['5.width']);
	});
});

describe('values of roles', () => {
	test('go into their inputs, and the others stay as they are', () => {
		const given = { prompt: 'a "dog",\nasleep', width: '640', imageCount: 2 };
		const set = setInputs(workflow(), roleInputs(workflow(), given, objectInfo), objectInfo);
		expect(set['6'].inputs.text).toBe('a "dog",\nasleep');
		expect(set['5'].inputs).toEqual({ width: 640, height: 768, batch_size: 2 });
		expect(set['7']).toEqual(workflow()['7']);
	});

	test('may be an empty text, which empties the prompt', () => {
		expect(roleInputs(workflow(), { negativePrompt: '' })).toMatchObject([{ node: '7', value: '' }]);
	});

	test.each<[WorkflowRole, RegExp]>([
		['negativePrompt', /has no negative prompt: no text leads to the negative input/],
		['image', /has no image: it has no Load Image node/],
		['imageCount', /has no number of images/],
	])('for a role that the workflow does not have are an error that names it: %s', (role, message) => {
		const bare = { '1': node('EmptyAudio', {}), '2': node('SaveAudio', { audio: ['1', 0] }) };
		expect(() => roleInputs(bare, { [role]: 'x' })).toThrow(message);
	});

	test('for a role that different values play are an error that names the inputs', () => {
		const twice = workflow({
			'16': encode('a dog', 'Refined'),
			'13': sampler({ positive: ['16', 0], latent_image: ['3', 0] }),
			'8': node('VAEDecode', { samples: ['13', 0], vae: ['4', 2] }),
		});
		expect(() => roleInputs(twice, { prompt: 'x' }, objectInfo)).toThrow(
			/several inputs for the prompt, with different values: .*"Positive".*"Refined"/,
		);
		expect(roleInputs(twice, { width: 64 }, objectInfo)).toHaveLength(1);
	});

	test('must not be null', () => {
		expect(() => roleInputs(workflow(), { prompt: null })).toThrow(/prompt is null/);
	});
});

test('workflows in circles end the search', () => {
	const circle = workflow({
		'6': encode(['20', 0]),
		'20': node('StringConcatenate', { string_a: ['20', 0], string_b: ['21', 0] }),
		'21': node('PrimitiveString', { value: ['20', 0] }),
		'5': node('RepeatLatentBatch', { samples: ['5', 0], amount: 1 }),
	});
	expect(targets(circle, 'prompt')).toEqual([]);
	expect(targets(circle, 'imageCount')).toEqual(['5.amount']);
});

test("the editor's default graph has all roles but an image", () => {
	const { ui } = JSON.parse(readFileSync('test/fixtures/conversion/default-graph.json', 'utf8')) as {
		ui: unknown;
	};
	const catalogue = JSON.parse(readFileSync('test/fixtures/conversion/catalogue.json', 'utf8')) as ObjectInfo;
	const { prompt } = toApiFormat(ui, catalogue);
	const roles = Object.entries(findRoles(prompt, catalogue));
	expect(roles.filter(([, { targets: found }]) => found.length === 0).map(([role]) => role)).toEqual([
		'image',
	]);
});
