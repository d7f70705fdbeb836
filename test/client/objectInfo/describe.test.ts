import { describeNode } from '../../../nodes/client';
import { objectInfo, withInputs } from './fixture';

const info = objectInfo();

describe('describing a node type', () => {
	it('names it, says where it comes from and lists what goes in and out', () => {
		const described = describeNode('CheckpointLoaderSimple', info.CheckpointLoaderSimple);
		expect(described).toMatchObject({
			nodeType: 'CheckpointLoaderSimple',
			displayName: 'Load Checkpoint',
			category: 'loaders',
			module: 'nodes',
			outputNode: false,
			deprecated: false,
			experimental: false,
			apiNode: false,
		});
		expect(described.inputs.map(({ name }) => name)).toEqual(['ckpt_name']);
		expect(described.outputs[0]).toEqual({
			name: 'MODEL',
			type: 'MODEL',
			isList: false,
			tooltip: 'The model used for denoising latents.',
		});
	});

	it('keeps the names of outputs of equal type apart', () => {
		const { outputs } = describeNode('ControlNetApplyAdvanced', info.ControlNetApplyAdvanced);
		expect(outputs.map(({ name, type }) => [name, type])).toEqual([
			['positive', 'CONDITIONING'],
			['negative', 'CONDITIONING'],
		]);
	});

	it('takes the class name where the server has no display name', () => {
		expect(describeNode('FluxGuidance', info.FluxGuidance).displayName).toBe('FluxGuidance');
	});

	it('leaves out tooltips that are null', () => {
		expect(describeNode('FluxGuidance', info.FluxGuidance).outputs).toEqual([
			{ name: 'CONDITIONING', type: 'CONDITIONING', isList: false },
		]);
	});

	it('takes a list as output type for a choice', () => {
		const definition = { ...withInputs({}), output: [['euler', 'heun']], output_is_list: [true] };
		expect(describeNode('X', definition).outputs).toEqual([{ name: 'COMBO', type: 'COMBO', isList: true }]);
	});

	it('copes with a definition that has next to nothing', () => {
		expect(describeNode('X', {})).toMatchObject({ nodeType: 'X', module: '', inputs: [], outputs: [] });
	});

	it('is the same after a journey through JSON, for every node type', () => {
		for (const [nodeType, definition] of Object.entries(info)) {
			const described = describeNode(nodeType, definition);
			expect(JSON.parse(JSON.stringify(described))).toStrictEqual(described);
		}
	});
});
