import { checkWorkflow, type ApiWorkflow, type NodeDefinition } from '../../../nodes/client';
import { withInputs } from '../objectInfo/fixture';
import { changed, info, workflow } from './sample';

/** Node 1 is connected to output 0 of node 2. */
function connected(output: unknown, wanted: unknown, modules: { from?: string; to?: string } = {}) {
	const from: NodeDefinition = { output: [output], python_module: modules.from };
	const to = { ...withInputs({ x: [wanted as string] }), python_module: modules.to };
	const nodes = { 1: { class_type: 'To', inputs: { x: ['2', 0] } }, 2: { class_type: 'From', inputs: {} } };
	return checkWorkflow(nodes, { From: from, To: to });
}

describe('connections of the wrong type', () => {
	it('are reported with both types and the outputs that would fit', () => {
		const report = checkWorkflow(changed('8', { vae: ['4', 1] }), info);
		expect(report.ok).toBe(false);
		expect(report.badLinks).toEqual([
			{
				nodeId: '8',
				nodeTitle: 'VAEDecode',
				nodeType: 'VAEDecode',
				input: 'vae',
				value: ['4', 1],
				type: 'VAE',
				problem: 'type_mismatch',
				source: { nodeId: '4', nodeTitle: 'The Model', nodeType: 'CheckpointLoaderSimple' },
				outputs: ['MODEL', 'CLIP', 'VAE'],
				fittingSlots: [2],
			},
		]);
	});

	it.each([
		['LATENT', 'IMAGE'],
		['INT', 'FLOAT'],
		['IMAGE,MASK', 'LATENT,VAE'],
		['STRING', ['a', 'b']],
		['STRING', 'COMBO'],
		['COMBO', 'STRING'],
	])('are found from %j to %j', (output, wanted) => {
		expect(connected(output, wanted).badLinks).toMatchObject([{ problem: 'type_mismatch' }]);
	});

	it.each([
		['IMAGE', 'IMAGE'],
		['*', 'IMAGE'],
		['IMAGE', '*'],
		['IMAGE, MASK', 'MASK,LATENT'],
		[['a'], ['a']],
		[['a'], 'COMBO'],
		['COMBO', 'COMBO'],
		['COMBO', ['a']],
		['COMFY_MATCHTYPE_V3', 'IMAGE'],
		['IMAGE', 'COMFY_MULTITYPED_V3'],
	])('are not found from %j to %j', (output, wanted) => {
		expect(connected(output, wanted)).toMatchObject({ ok: true, badLinks: [] });
	});

	it.each([
		{ from: 'custom_nodes.x', to: 'nodes' },
		{ from: 'nodes', to: 'custom_nodes.x' },
	])('are only doubtful where an extension may have types that equal several: %j', (modules) => {
		const report = connected('LATENT', 'IMAGE', modules);
		expect(report).toMatchObject({ ok: true, badLinks: [] });
		expect(report.warnings).toEqual([
			expect.stringMatching(/takes IMAGE.* gives LATENT.* unless the extension/),
		]);
	});
});

describe('connections that cannot be followed', () => {
	it.each([
		['an output that is not there', ['4', 3], 'no_such_slot'],
		['an output before the first', ['4', -4], 'no_such_slot'],
		['an output by name', ['4', 'MODEL'], 'bad_slot'],
		['half an output', ['4', 0.5], 'bad_slot'],
		['a node by number', [4, 0], 'bad_source'],
		['nothing', [null, 0], 'bad_source'],
		['a list of one', ['4'], 'not_a_link'],
		['a list of values', [1, 2, 3], 'not_a_link'],
		['an empty list', [], 'not_a_link'],
	])('are reported: %s', (_, value, problem) => {
		const report = checkWorkflow(changed('3', { model: value }), info);
		expect(report).toMatchObject({
			ok: false,
			missingInputs: [],
			badLinks: [{ input: 'model', problem, value }],
		});
	});

	it('do not include outputs counted from the end, as Python does', () => {
		expect(checkWorkflow(changed('3', { model: ['4', -3] }), info).ok).toBe(true);
	});

	it('do not include outputs of nodes that give anything, which may have more of them than they list', () => {
		const source: NodeDefinition = { output: ['*'] };
		const nodes = { 1: { class_type: 'To', inputs: { x: ['2', 7] } }, 2: { class_type: 'From', inputs: {} } };
		expect(checkWorkflow(nodes, { From: source, To: withInputs({ x: ['IMAGE'] }) }).ok).toBe(true);
	});

	it('to a node that is not there count at every input: at one that the type does not have they end the worker of the server', () => {
		const report = checkWorkflow(changed('5', { depth: ['77', 0] }), info);
		expect(report).toMatchObject({
			ok: false,
			failingOutputs: ['9'],
			missingInputs: [{ nodeId: '5', input: 'depth', type: '*', connectedTo: '77' }],
		});
	});
});

describe('nodes that need each other', () => {
	const nodeIds = (nodes: ApiWorkflow) =>
		checkWorkflow(nodes, info).cycles.map((cycle) => cycle.nodes.map(({ nodeId }) => nodeId));
	const invert = (source: string) => ({ class_type: 'ImageInvert', inputs: { image: [source, 0] } });

	it('are named in the order in which they do', () => {
		const circle: ApiWorkflow = {
			...workflow(),
			11: invert('13'),
			12: invert('11'),
			13: invert('12'),
		};
		circle[9].inputs.images = ['12', 0];
		const [cycle] = nodeIds(circle);
		const from = cycle.indexOf('12');
		expect([...cycle.slice(from), ...cycle.slice(0, from)]).toEqual(['12', '11', '13']);
		expect(checkWorkflow(circle, info)).toMatchObject({ ok: false, failingOutputs: ['9'] });
	});

	it('may be one node alone', () => {
		const circle = changed('9', { images: ['11', 0] });
		circle[11] = invert('11');
		expect(nodeIds(circle)).toEqual([['11']]);
	});

	it('do not matter where no output depends on them', () => {
		expect(checkWorkflow({ ...workflow(), 11: invert('12'), 12: invert('11') }, info)).toMatchObject({
			ok: true,
			cycles: [],
		});
	});

	it('are found, and chains are followed, through fifty thousand nodes', () => {
		const length = 50_000;
		const chain: ApiWorkflow = {
			s: { class_type: 'SaveImage', inputs: { images: ['0', 0], filename_prefix: '' } },
		};
		for (let index = 0; index < length; index++) chain[`${index}`] = invert(`${index + 1}`);
		const image = { width: 16, height: 16, batch_size: 1, color: 0 };
		chain[`${length}`] = { class_type: 'EmptyImage', inputs: image };
		expect(checkWorkflow(chain, info).ok).toBe(true);
		chain[`${length}`] = invert('0');
		expect(nodeIds(chain).map((ids) => ids.length)).toEqual([length + 1]);
	});
});

describe('nodes that run though the server does not check them', () => {
	it('are not errors, since it does not refuse them, but what is wrong with them is told', () => {
		const hidden = changed('4', {});
		hidden[20] = { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'gone' } };
		hidden[9].inputs.any_01 = ['20', 0];
		const report = checkWorkflow(hidden, info);
		expect(report).toMatchObject({ ok: true, missingChoices: [] });
		expect(report.warnings).toContainEqual(
			expect.stringMatching(/node 20\) is "gone".* does not check this before it runs/),
		);
	});
});

describe('outputs that would not run', () => {
	it('are told apart from those that would', () => {
		const two = { ...workflow(), 10: { class_type: 'PreviewImage', inputs: {} } };
		expect(checkWorkflow(two, info)).toMatchObject({
			ok: false,
			outputNodes: ['9', '10'],
			failingOutputs: ['10'],
		});
	});

	it('do not count when others are asked for', () => {
		const two = { ...workflow(), 10: { class_type: 'PreviewImage', inputs: {} } };
		expect(checkWorkflow(two, info, { outputNodes: ['9'] })).toMatchObject({
			ok: true,
			outputNodes: ['9'],
			warnings: [],
		});
		expect(checkWorkflow(two, info, { outputNodes: ['8'] })).toMatchObject({ ok: false, outputNodes: [] });
	});
});
