import { checkWorkflow } from '../../../nodes/client';
import { changed, info, single, workflow } from './sample';

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
			failingOutputs: [],
			missingNodeTypes: [],
			missingChoices: [],
			missingModels: [],
			missingInputs: [],
			badValues: [],
			badLinks: [],
			cycles: [],
			missingFiles: [],
			unknownInputs: [],
			warnings: [],
		});
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
