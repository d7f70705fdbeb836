import type { ApiWorkflow } from '../../../nodes/client';
import { BigInteger } from '../../../nodes/client/core/json';
import { workflowInfo } from '../../../nodes/client/workflow/info';
import { objectInfo, withInputs, withModels } from '../objectInfo/fixture';
import { save, textToImage } from '../support/workflows';

const node = (class_type: string, inputs: Record<string, unknown>) => ({ '1': { class_type, inputs } });
const modelsOf = (workflow: ApiWorkflow, info?: ReturnType<typeof objectInfo>) =>
	workflowInfo(workflow, info).models.map(({ model }) => model);
const filesOf = (workflow: ApiWorkflow, info?: ReturnType<typeof objectInfo>) =>
	workflowInfo(workflow, info).files.map(({ file }) => file);
const textsOf = (workflow: ApiWorkflow, info?: ReturnType<typeof objectInfo>) =>
	workflowInfo(workflow, info).texts.map(({ text }) => text);

describe.each([
	['with a catalogue', objectInfo()],
	['without a catalogue', undefined],
])('%s, a workflow is told', (_how, info) => {
	const workflow = textToImage(new BigInteger('18446744073709551615'));
	workflow['6']._meta = { title: 'Positive' };

	test('as what it consists of and needs', () => {
		expect(workflowInfo(workflow, info)).toEqual({
			nodeCount: 6,
			linkCount: 8,
			nodeTypes: [
				'CLIPTextEncode',
				'CheckpointLoaderSimple',
				'EmptyLatentImage',
				'KSampler',
				'SaveImage',
				'VAEDecode',
			].map((nodeType) => ({ nodeType, count: 1 })),
			nodes: [
				{ nodeId: '3', title: 'KSampler', nodeType: 'KSampler' },
				{ nodeId: '4', title: 'CheckpointLoaderSimple', nodeType: 'CheckpointLoaderSimple' },
				{ nodeId: '5', title: 'EmptyLatentImage', nodeType: 'EmptyLatentImage' },
				{ nodeId: '6', title: 'Positive', nodeType: 'CLIPTextEncode' },
				{ nodeId: '8', title: 'VAEDecode', nodeType: 'VAEDecode' },
				{ nodeId: '9', title: 'Keep it', nodeType: 'SaveImage' },
			],
			outputNodes: ['9'],
			models: [
				{
					nodeId: '4',
					nodeTitle: 'CheckpointLoaderSimple',
					input: 'ckpt_name',
					model: 'sd_xl_base_1.0.safetensors',
				},
			],
			files: [],
			seeds: [{ nodeId: '3', nodeTitle: 'KSampler', input: 'seed', seed: '18446744073709551615' }],
			texts: [{ nodeId: '6', nodeTitle: 'Positive', input: 'text', text: 'a lighthouse' }],
		});
	});

	test('as plain JSON', () => {
		const told = workflowInfo(workflow, info);
		expect(JSON.parse(JSON.stringify(told))).toEqual(told);
	});

	test.each([
		['LoadImage', 'image', 'portrait.png'],
		['LoadImage', 'image', 'folder/mask.webp [output]'],
		['LoadImageMask', 'image', 'mask.png'],
		['LoadAudio', 'audio', 'speech.mp3'],
		['VHS_LoadVideo', 'video', 'clip.mp4'],
	])('with the file that %s loads', (type, input, file) => {
		expect(workflowInfo(node(type, { [input]: file }), info).files).toEqual([
			{ nodeId: '1', nodeTitle: type, input, file },
		]);
		expect(modelsOf(node(type, { [input]: file }), info)).toEqual([]);
	});

	test('with all models of a node, in lists and objects too', () => {
		const inputs = {
			lora_1: { on: true, lora: 'styles\\ink.safetensors', strength: 0.5 },
			lora_2: { on: false, lora: 'unused.safetensors', strength: 1 },
			more: { __value__: ['a.gguf', 'b.pth', 5] },
			seed: new BigInteger('18446744073709551615'),
		};
		expect(modelsOf(node('Power Lora Loader', inputs), info)).toEqual([
			'styles\\ink.safetensors',
			'a.gguf',
			'b.pth',
		]);
	});

	test.each([
		['None', 'VAELoader', 'vae_name'],
		['taesd', 'VAELoader', 'vae_name'],
		['kling-v1-6', 'KlingTextToVideoNode', 'model_name'],
		['wan-v2.5', 'WanNode', 'model_name'],
		['ComfyUI', 'SaveImage', 'filename_prefix'],
	])('without a model when the choice is %s', (value, type, input) => {
		expect(modelsOf(node(type, { [input]: value }), info)).toEqual([]);
	});

	test('with texts that nobody has written yet, but without connected ones', () => {
		expect(textsOf(node('CLIPTextEncode', { text: '' }), info)).toEqual(['']);
		expect(textsOf(node('CLIPTextEncode', { text: ['2', 0] }), info)).toEqual([]);
	});

	test.each([
		['CLIPTextEncodeSDXL', 'text_g'],
		['CLIPTextEncodeFlux', 't5xxl'],
		['SomeVideoNode', 'negative_prompt'],
		['SomeVideoNode', 'prompt_text'],
		['SomeAudioNode', 'lyrics'],
		['PrimitiveStringMultiline', 'value'],
	])('with the text of %s, %s', (type, input) => {
		expect(
			textsOf(node(type, { [input]: 'a castle', filename_prefix: 'x', magic_prompt_option: 'ON' }), info),
		).toEqual(['a castle']);
	});

	test('with counts of its node types, and path ids and names behind numbers', () => {
		const odd: ApiWorkflow = {
			b: save('10'),
			'57:8': save('10'),
			...node('constructor', {}),
			'10': save('1'),
		};
		const told = workflowInfo(odd, info);
		expect(told.nodes.map(({ nodeId }) => nodeId)).toEqual(['1', '10', '57:8', 'b']);
		expect(told.nodeTypes).toEqual([
			{ nodeType: 'SaveImage', count: 3 },
			{ nodeType: 'constructor', count: 1 },
		]);
		expect(told.outputNodes).toEqual(info ? ['10', '57:8', 'b'] : ['57:8', 'b']);
	});
});

describe('the catalogue', () => {
	test('tells models by the choices beside them, whatever their ending', () => {
		const info = withModels([]);
		info.TensorRt = withInputs({ file: [['a.engine', 'b.safetensors']], config: [['v1.yaml']] });
		expect(modelsOf(node('TensorRt', { file: 'a.engine', config: 'v1.yaml' }), info)).toEqual(['a.engine']);
	});

	test('tells models that are not installed too', () => {
		expect(modelsOf(textToImage(1, 'absent.ckpt'), withModels(['other.ckpt']))).toEqual(['absent.ckpt']);
	});

	test('tells uploads by their button and prompts by their size', () => {
		const info = objectInfo();
		info.Custom = withInputs({
			source: [['a.png'], { image_upload: true }],
			idea: ['STRING', { multiline: true }],
			text: [['yes', 'no']],
			label: ['STRING', {}],
		});
		const workflow = node('Custom', { source: 'b.png', idea: 'like foo.bin', text: 'yes', label: 'x' });
		expect(filesOf(workflow, info)).toEqual(['b.png']);
		expect(textsOf(workflow, info)).toEqual(['like foo.bin']);
		expect(modelsOf(workflow, info)).toEqual([]);
	});

	test('tells output nodes, so that a forgotten one is none', () => {
		expect(workflowInfo(node('EmptyImage', {}), objectInfo()).outputNodes).toEqual([]);
		expect(workflowInfo(node('EmptyImage', {})).outputNodes).toEqual(['1']);
	});
});

test('an empty workflow has nothing', () => {
	expect(workflowInfo({})).toMatchObject({ nodeCount: 0, linkCount: 0, nodes: [], outputNodes: [] });
});
