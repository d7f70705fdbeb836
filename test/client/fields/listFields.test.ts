import { listFields, type ApiWorkflow, type MarkedInput } from '../../../nodes/client';
import { objectInfo, withModels } from '../objectInfo/fixture';

const info = withModels(['a.safetensors', 'b.safetensors'], ['x.safetensors']);

const titled = (title: string) => ({ _meta: { title } });

/** Image to image with a ControlNet: what stands between the prompts and the sampler has to be seen through. */
const workflow: ApiWorkflow = {
	'4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'a.safetensors' } },
	'7': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['4', 1] } },
	'6': { class_type: 'CLIPTextEncode', inputs: { text: 'a lighthouse', clip: ['4', 1] } },
	'10': { class_type: 'LoadImage', inputs: { image: 'photo.png' }, ...titled('Product Photo') },
	'11': { class_type: 'ControlNetLoader', inputs: { control_net_name: 'c.safetensors' } },
	'12': {
		class_type: 'ControlNetApplyAdvanced',
		inputs: {
			positive: ['6', 0],
			negative: ['7', 0],
			control_net: ['11', 0],
			image: ['10', 0],
			strength: 0.8,
			start_percent: 0,
			end_percent: 1,
		},
	},
	'5': { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 768, batch_size: 1 } },
	'3': {
		class_type: 'KSampler',
		inputs: {
			seed: 42,
			steps: 20,
			cfg: 7,
			sampler_name: 'euler',
			scheduler: 'normal',
			denoise: 1,
			model: ['4', 0],
			positive: ['12', 0],
			negative: ['12', 1],
			latent_image: ['5', 0],
		},
	},
	'8': { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
	'9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'x' }, ...titled('Keep It') },
};

const labels = (workflow: ApiWorkflow, marks?: MarkedInput[]) =>
	listFields(workflow, info, marks).map(({ label }) => label);

test('what people change first comes first: texts, files, seed, steps, guidance, size, model, strength', () => {
	const important = listFields(workflow, info).filter((field) => field.important);
	expect(important.map(({ label }) => label)).toEqual([
		'Positive Prompt',
		'Negative Prompt',
		'Image',
		'Seed',
		'Steps',
		'CFG',
		'Width',
		'Height',
		'Batch Size',
		'Checkpoint',
		'Denoise',
		'Strength',
	]);
});

test('everything else that holds a value can be had too, connections cannot', () => {
	const others = listFields(workflow, info).filter((field) => !field.important);
	expect(others.map(({ id }) => id)).toEqual([
		'3.sampler_name',
		'3.scheduler',
		'9.filename_prefix',
		'11.control_net_name',
		'12.start_percent',
		'12.end_percent',
	]);
});

test('a field knows its value, its type and its choices', () => {
	const fields = listFields(workflow, info);
	expect(fields.find(({ id }) => id === '4.ckpt_name')).toMatchObject({
		targets: [{ nodeId: '4', input: 'ckpt_name' }],
		value: 'a.safetensors',
		declared: { type: 'COMBO', choices: ['a.safetensors', 'b.safetensors'] },
		marked: false,
	});
});

test('an optional input that the workflow leaves out has its default', () => {
	const encode = { class_type: 'SaveAudioMP3', inputs: { audio: ['1', 0], filename_prefix: 'x' } };
	const fields = listFields({ '1': { class_type: 'EmptyAudio', inputs: {} }, '2': encode }, info);
	expect(fields.find(({ id }) => id === '2.quality')).toMatchObject({ value: 'V0' });
});

test('nodes with one title are told apart', () => {
	const save = (id: string) => ({ ...workflow[id] });
	const twice = { ...workflow, '20': save('9'), '21': save('9') };
	expect(labels(twice).filter((label) => label.includes('Keep It'))).toEqual([
		'Filename Prefix #9 · Keep It',
		'Filename Prefix #20 · Keep It',
		'Filename Prefix #21 · Keep It',
	]);
});

test('a node that no output needs is not important', () => {
	const idle = { ...workflow, '30': { class_type: 'CLIPTextEncode', inputs: { text: 'x', clip: ['4', 1] } } };
	expect(listFields(idle, info).find(({ id }) => id === '30.text')).toMatchObject({ important: false });
});

test('a node of a type that is not installed offers what the workflow gives it', () => {
	const unknown = { '1': { class_type: 'Strange', inputs: { prompt: 'x', amount: 3, image: ['2', 0] } } };
	expect(listFields(unknown as ApiWorkflow, info)).toMatchObject([
		{ id: '1.prompt', value: 'x', declared: undefined, important: true },
		{ id: '1.amount', value: 3, important: false },
	]);
});

test('a workflow of any size has a form that can be read', () => {
	const nodes = Array.from({ length: 2000 }, (_, index) => [`${index}`, { ...workflow['5'] }]);
	const fields = listFields(Object.fromEntries(nodes) as ApiWorkflow, objectInfo());
	expect(fields).toHaveLength(6000);
	expect(fields.filter(({ important }) => important)).toHaveLength(30);
});

describe('what the author marked comes first, under the name it was given:', () => {
	const first = (workflow: ApiWorkflow, marks?: MarkedInput[]) => listFields(workflow, info, marks)[0];

	test('a title that begins with @', () => {
		const marked = { ...workflow, '9': { ...workflow['9'], ...titled('@File Name') } };
		expect(first(marked)).toMatchObject({
			id: '9.filename_prefix',
			label: 'File Name',
			marked: true,
			important: true,
		});
	});

	test('a title that begins with @, of a node with several inputs', () => {
		const marked = { ...workflow, '5': { ...workflow['5'], ...titled('@size') } };
		expect(labels(marked).slice(0, 3)).toEqual(['Width · size', 'Height · size', 'Batch Size · size']);
	});

	test.each([
		['ComfyUIDeployExternalText', { default_value: 'a cat' }, 'default_value'],
		[
			'ComfyUIDeployExternalImage',
			{ default_value: ['10', 0], default_value_url: 'https://a/b.png' },
			'default_value_url',
		],
		['ComfyUIDeployExternalLora', { default_lora_name: 'x.safetensors' }, 'default_lora_name'],
	])('an external input of ComfyUI Deploy (%s)', (class_type, inputs, input) => {
		const node = {
			class_type,
			inputs: { input_id: 'subject', display_name: '', description: '', ...inputs },
		};
		expect(first({ ...workflow, '40': node } as ApiWorkflow)).toMatchObject({
			id: `40.${input}`,
			label: 'subject',
		});
	});

	test('a node that holds one value and has a title', () => {
		const node = (title: string) => ({
			class_type: 'PrimitiveString',
			inputs: { value: 'x' },
			...titled(title),
		});
		expect(first({ ...workflow, '40': node('Headline') })).toMatchObject({ label: 'Headline' });
		expect(first({ ...workflow, '40': node('String') }).id).not.toBe('40.value');
	});

	test('an input that takes its value from several places of the editor, once', () => {
		const targets = [
			{ nodeId: '5', input: 'width' },
			{ nodeId: '5', input: 'height' },
			{ nodeId: '99', input: 'gone' },
		];
		const fields = listFields(workflow, info, [{ label: 'Edge', from: 'primitive', targets }]);
		expect(fields[0]).toMatchObject({
			id: '5.width',
			label: 'Edge',
			targets: targets.slice(0, 2),
			value: 512,
		});
		expect(fields.filter(({ id }) => id === '5.height')).toEqual([]);
	});
});

test('members of an object that the class does not declare are fields of their own', () => {
	const lora = { on: true, lora: 'ink.safetensors', strength: 0.6 };
	const stack = 'Power Lora Loader (rgthree)';
	const styled: ApiWorkflow = {
		'2': { class_type: stack, inputs: { lora_1: lora, model: ['1', 0] }, _meta: { title: 'Styles' } },
	};
	const types = { [stack]: { input: { optional: { model: ['MODEL'] as [string] } }, output: ['MODEL'] } };
	for (const known of [{ ...info, ...types, ...{ [stack]: { ...types[stack], output_node: true } } }, {}]) {
		const fields = listFields(styled, known);
		expect(fields.map(({ id, value }) => [id, value])).toEqual(
			expect.arrayContaining([
				['2.lora_1.lora', 'ink.safetensors'],
				['2.lora_1.strength', 0.6],
				['2.lora_1.on', true],
			]),
		);
		expect(fields.find(({ id }) => id === '2.lora_1.lora')).toMatchObject({
			label: 'LoRA 1',
			important: true,
		});
	}
});
