import { checkWorkflow, type ApiWorkflow, type NodeDefinition } from '../../../nodes/client';
import { reportText } from '../../../nodes/client/catalogue/reportText';
import { withInputs, withModels } from './fixture';

const info = withModels(['sdxl/base.safetensors', 'flux1-dev.safetensors'], ['detail.safetensors']);

/** Text to image, as the editor exports it. */
const workflow = (): ApiWorkflow => ({
	3: {
		class_type: 'KSampler',
		inputs: {
			seed: 1,
			steps: 4,
			cfg: 1,
			sampler_name: 'euler',
			scheduler: 'normal',
			denoise: 1,
			model: ['4', 0],
			positive: ['6', 0],
			negative: ['6', 0],
			latent_image: ['5', 0],
		},
	},
	4: {
		class_type: 'CheckpointLoaderSimple',
		inputs: { ckpt_name: 'flux1-dev.safetensors' },
		_meta: { title: 'The Model' },
	},
	5: { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 512, batch_size: 1 } },
	6: { class_type: 'CLIPTextEncode', inputs: { text: 'a cat', clip: ['4', 1] } },
	8: { class_type: 'VAEDecode', inputs: { samples: ['3', 0], vae: ['4', 2] } },
	9: { class_type: 'SaveImage', inputs: { filename_prefix: 'x', images: ['8', 0] } },
});

/** The workflow with inputs of one node replaced. */
function changed(id: string, inputs: Record<string, unknown>): ApiWorkflow {
	const copy = workflow();
	copy[id] = { ...copy[id], inputs: { ...copy[id].inputs, ...inputs } };
	return copy;
}

/** A single output node of a type made up for the test. */
function single(definition: NodeDefinition, inputs: Record<string, unknown>) {
	const workflowOfOne = { 1: { class_type: 'Made', inputs } };
	return checkWorkflow(workflowOfOne, { Made: { output_node: true, ...definition } });
}

describe('a workflow that fits', () => {
	it('is ok, and the report tells what it consists of', () => {
		expect(checkWorkflow(workflow(), info)).toEqual({
			ok: true,
			nodeCount: 6,
			nodeTypes: [
				'CLIPTextEncode',
				'CheckpointLoaderSimple',
				'EmptyLatentImage',
				'KSampler',
				'SaveImage',
				'VAEDecode',
			],
			outputNodes: ['9'],
			missingNodeTypes: [],
			missingChoices: [],
			missingInputs: [],
			warnings: [],
		});
	});

	it('leaves nothing to say', () => {
		expect(reportText(checkWorkflow(workflow(), info))).toEqual([]);
	});
});

describe('node types that are not installed', () => {
	it('are reported once each, with all nodes of the type and what may be meant', () => {
		const broken = workflow();
		broken[5].class_type = broken[6].class_type = 'EmptyLatentImag';
		const report = checkWorkflow(broken, info);
		expect(report.ok).toBe(false);
		expect(report.missingNodeTypes).toMatchObject([{ nodeType: 'EmptyLatentImag', nodeIds: ['5', '6'] }]);
		expect(report.missingNodeTypes[0].didYouMean[0]).toBe('EmptyLatentImage');
	});

	it('are recognised when the title was written instead of the class name', () => {
		const broken = workflow();
		broken[4].class_type = 'Load Checkpoint';
		expect(checkWorkflow(broken, info).missingNodeTypes[0].didYouMean[0]).toBe('CheckpointLoaderSimple');
	});

	it('count also where nothing uses the node, since the server refuses them anywhere', () => {
		const report = checkWorkflow({ ...workflow(), 20: { class_type: 'Nowhere', inputs: {} } }, info);
		expect(report).toMatchObject({ ok: false, missingNodeTypes: [{ nodeType: 'Nowhere' }] });
	});

	it('do not hide what else is missing before them', () => {
		const report = checkWorkflow(
			{
				...workflow(),
				20: { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'gone' } },
				21: { class_type: 'SaveModelSomewhere', inputs: { model: ['20', 0] } },
			},
			info,
		);
		expect(report.missingChoices).toMatchObject([{ nodeId: '20', value: 'gone' }]);
		expect(report.warnings).toEqual([]);
	});

	it('are not looked for in what every JavaScript object has', () => {
		const report = checkWorkflow({ 1: { class_type: 'constructor', inputs: {} } }, info);
		expect(report.missingNodeTypes.map(({ nodeType }) => nodeType)).toEqual(['constructor']);
	});
});

describe('values that the server does not offer', () => {
	it('are reported with node, title, input and what may be meant', () => {
		const report = checkWorkflow(changed('4', { ckpt_name: 'flux1-dv.safetensors' }), info);
		expect(report.ok).toBe(false);
		expect(report.missingChoices).toEqual([
			{
				nodeId: '4',
				nodeTitle: 'The Model',
				nodeType: 'CheckpointLoaderSimple',
				input: 'ckpt_name',
				value: 'flux1-dv.safetensors',
				didYouMean: ['flux1-dev.safetensors'],
			},
		]);
	});

	it('are reported with the exact choice when only the slash differs', () => {
		const models = withModels(['sd15/base.safetensors', 'sdxl/base.safetensors']);
		const report = checkWorkflow(changed('4', { ckpt_name: 'sdxl\\base.safetensors' }), models);
		expect(report.missingChoices[0].didYouMean).toEqual(['sdxl/base.safetensors']);
	});

	it('are reported without suggestions when nothing is installed', () => {
		const report = checkWorkflow(changed('4', { ckpt_name: 'x' }), withModels([]));
		expect(report.missingChoices).toMatchObject([{ value: 'x', didYouMean: [] }]);
	});

	it.each([
		['a text where the choice is a number', [5, 10], '5', [5]],
		['null', ['a'], null, []],
	])('are reported for %s', (_, options, value, didYouMean) => {
		const report = single(withInputs({ x: ['COMBO', { options }] }), { x: value });
		expect(report.missingChoices).toMatchObject([{ value, didYouMean }]);
	});

	it.each([
		['a connection', { x: [['a']] }, ['1', 0]],
		['a number among numbers', { x: ['COMBO', { options: [5] }] }, 5],
		['a choice that is wrapped', { x: [['a']] }, { __value__: 'a' }],
		['several of several', { x: ['COMBO', { options: ['a', 'b'], multiselect: true }] }, ['a', 'b']],
		['choices that are elsewhere', { x: ['COMBO', { remote: { route: '/r' } }] }, 'anything'],
		['a file in a subfolder', { x: [['a.png'], { image_upload: true }] }, 'sub/b.png'],
		['an annotated file', { x: [['a.png'], { image_upload: true }] }, 'a.png [output]'],
		['an uploaded video', { x: ['COMBO', { options: [], video_upload: true }] }, 'v.mp4'],
		['an uploaded sound', { x: [[], { audio_upload: true }] }, 'a.flac'],
	])('are not reported for %s', (_, inputs, value) => {
		const report = single(withInputs(inputs as never), { x: value });
		expect(report).toMatchObject({ ok: true, missingChoices: [] });
	});

	it('are reported one by one where several may be taken', () => {
		const several = withInputs({ x: ['COMBO', { options: ['a', 'b'], multiselect: true }] });
		const report = single(several, { x: ['a', 'q', 'r'] });
		expect(report.missingChoices.map(({ value }) => value)).toEqual(['q', 'r']);
	});

	it('are found in inputs that come with a choice', () => {
		const options = [{ key: 'on', inputs: { required: { model: [['m1']] } } }];
		const report = single(withInputs({ x: ['COMFY_DYNAMICCOMBO_V3', { options }] }), {
			x: 'on',
			'x.model': 'm2',
		});
		expect(report.missingChoices).toMatchObject([{ input: 'x.model', value: 'm2' }]);
	});
});

describe('required inputs', () => {
	it('are reported when they have neither value nor connection, even if there is a default', () => {
		const broken = workflow();
		delete broken[5].inputs.width;
		const report = checkWorkflow(broken, info);
		expect(report.ok).toBe(false);
		expect(report.missingInputs).toEqual([
			{
				nodeId: '5',
				nodeTitle: 'EmptyLatentImage',
				nodeType: 'EmptyLatentImage',
				input: 'width',
				type: 'INT',
			},
		]);
	});

	it('are reported when they are connected to a node that is not there', () => {
		const report = checkWorkflow(changed('8', { vae: ['77', 0] }), info);
		expect(report.missingInputs).toMatchObject([{ nodeId: '8', input: 'vae', connectedTo: '77' }]);
	});

	it('may have values that look empty', () => {
		expect(checkWorkflow(changed('6', { text: '' }), info).missingInputs).toEqual([]);
	});

	it('do not include optional ones and groups that grow', () => {
		const grows = { template: { input: { required: { i: ['IMAGE'] } }, prefix: 'i', min: 1 } };
		const definition = withInputs({ group: ['COMFY_AUTOGROW_V3', grows] }, { maybe: ['INT'] });
		expect(single(definition, { 'group.i0': ['1', 0] })).toMatchObject({ ok: true, missingInputs: [] });
	});
});

describe('nodes that lead nowhere', () => {
	it('are not looked into, as the server does not either, but mentioned', () => {
		const idle = { class_type: 'LoraLoader', inputs: { lora_name: 'gone' }, _meta: { title: 'Spare' } };
		const report = checkWorkflow({ ...workflow(), 30: idle }, info);
		expect(report).toMatchObject({ ok: true, missingChoices: [], missingInputs: [] });
		expect(report.warnings).toEqual([
			'"Spare" (LoraLoader, node 30) leads to no output node: it does not run and was not checked.',
		]);
	});

	it('are all looked into when there is no output node, which itself makes it not ok', () => {
		const broken = changed('4', { ckpt_name: 'gone' });
		delete broken[9];
		const report = checkWorkflow(broken, info);
		expect(report).toMatchObject({ ok: false, outputNodes: [], missingChoices: [{ value: 'gone' }] });
		expect(report.warnings).toEqual([expect.stringContaining('no output node, such as Save Image')]);
	});

	it('do not make the check go round in circles', () => {
		const circle = changed('4', {});
		circle[6].inputs.clip = ['6', 0];
		expect(checkWorkflow(circle, info).nodeCount).toBe(6);
	});
});

describe('warnings', () => {
	it('name deprecated nodes', () => {
		const { warnings } = single({ deprecated: true }, {});
		expect(warnings).toEqual([expect.stringMatching(/^"Made" \(node 1\) is deprecated/)]);
	});

	it('tell that paid nodes need a key', () => {
		expect(single({ api_node: true }, {}).warnings).toEqual([expect.stringContaining('Comfy.org API key')]);
	});

	it('do not make a workflow not ok', () => {
		expect(single({ deprecated: true, api_node: true }, {}).ok).toBe(true);
	});
});

describe('the report as text', () => {
	it('is one sentence for each finding', () => {
		const broken = changed('4', { ckpt_name: 'flux1-dv.safetensors' });
		broken[20] = { class_type: 'Nowhere', inputs: {} };
		delete broken[5].inputs.width;
		broken[8].inputs.vae = ['77', 0];
		expect(reportText(checkWorkflow(broken, info))).toEqual([
			'The node type "Nowhere" (node 20) is not installed.',
			'"ckpt_name" of "The Model" (CheckpointLoaderSimple, node 4) is "flux1-dv.safetensors", which the server does not offer. Did you mean "flux1-dev.safetensors"?',
			'"width" of "EmptyLatentImage" (node 5) has neither a value nor a connection.',
			'"vae" of "VAEDecode" (node 8) is connected to node 77, which is not in the workflow.',
		]);
	});

	it('says that there is no output where that is all', () => {
		const broken = workflow();
		delete broken[9];
		expect(reportText(checkWorkflow(broken, info))).toEqual([expect.stringContaining('no output node')]);
	});
});
