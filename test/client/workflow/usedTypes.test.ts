import { usedTypes } from '../../../nodes/client/workflow/usedTypes';

test('the node types of a workflow in API format', () => {
	const node = (class_type: string) => ({ class_type, inputs: {} });
	const workflow = { 1: node('KSampler'), 2: node('KSampler'), 3: node('SaveImage') };
	expect(usedTypes({ workflow })).toEqual(['KSampler', 'SaveImage']);
});

test('those of the editor’s format, with subgraphs inside each other and group nodes', () => {
	const uiWorkflow = {
		nodes: [{ type: 'LoadImage' }, { type: 'outer-id' }, { type: 'workflow>pair' }, { type: 'Note' }],
		links: [],
		definitions: {
			subgraphs: [
				{ id: 'outer-id', nodes: [{ type: 'inner-id' }, { type: 'KSampler' }] },
				{ id: 'inner-id', nodes: [{ type: 'VAEDecode' }, { type: 'LoadImage' }] },
			],
		},
		extra: { groupNodes: { pair: { nodes: [{ type: 'EmptyImage' }, { type: 'SaveImage' }] } } },
	};
	expect(usedTypes({ uiWorkflow }).sort()).toEqual(
		['EmptyImage', 'KSampler', 'LoadImage', 'Note', 'SaveImage', 'VAEDecode', 'workflow>pair'].sort(),
	);
});

test.each([
	{ nodes: [null, 7, { type: null }, {}], links: [] },
	{ nodes: [], links: [], definitions: { subgraphs: [null, { nodes: 'x' }] }, extra: { groupNodes: [] } },
	{ definitions: [], extra: null },
])('a broken file has none: %j', (uiWorkflow) => expect(usedTypes({ uiWorkflow })).toEqual([]));
