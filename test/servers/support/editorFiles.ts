import { canvas } from './workflows';

/** The frame of a node as every editor saves it. */
const node = (id: number, type: string, rest: object) => ({
	id,
	type,
	pos: [0, 0],
	size: [200, 100],
	flags: {},
	order: id - 1,
	mode: 0,
	properties: {},
	...rest,
});

const color = () => canvas().inputs.color;
const BYPASSED = 4;
const MUTED = 2;

/**
 * As the editor of 2024 saves: a converted widget with its primitive, a reroute, a note, a bypassed and a muted node.
 * @param options.active the type of the node that is otherwise bypassed
 */
export function editorFileOf2024(prefix: string, { active }: { active?: string } = {}) {
	return {
		last_node_id: 9,
		last_link_id: 9,
		version: 0.4,
		groups: [],
		config: {},
		extra: {},
		nodes: [
			node(1, 'EmptyImage', {
				outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [1], slot_index: 0 }],
				widgets_values: [48, 24, 1, color()],
			}),
			node(2, 'Reroute', {
				inputs: [{ name: '', type: '*', link: 1 }],
				outputs: [{ name: '', type: 'IMAGE', links: [2] }],
				properties: { showOutputText: false, horizontal: false },
			}),
			node(3, 'TSleep', {
				inputs: [
					{ name: 'image', type: 'IMAGE', link: 2 },
					{ name: 'seconds', type: 'FLOAT', link: 7, widget: { name: 'seconds' } },
				],
				outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [3] }],
				widgets_values: [0.5, 2, 123456789012345680, 'randomize'],
			}),
			node(4, active ?? 'ImageInvert', {
				mode: active ? 0 : BYPASSED,
				inputs: [{ name: 'image', type: 'IMAGE', link: 3 }],
				outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [4] }],
			}),
			node(5, 'SaveImage', {
				inputs: [{ name: 'images', type: 'IMAGE', link: 4 }],
				widgets_values: [prefix],
			}),
			node(6, 'Note', { properties: { text: '' }, widgets_values: ['a note'] }),
			node(7, 'PrimitiveNode', {
				outputs: [{ name: 'FLOAT', type: 'FLOAT', links: [7], widget: { name: 'seconds' } }],
				properties: { 'Run widget replace on values': false },
				widgets_values: [0.2, 'fixed'],
			}),
			node(8, 'PreviewImage', { mode: MUTED, inputs: [{ name: 'images', type: 'IMAGE', link: 8 }] }),
		],
		links: [
			[1, 1, 0, 2, 0, '*'],
			[2, 2, 0, 3, 0, 'IMAGE'],
			[3, 3, 0, 4, 0, 'IMAGE'],
			[4, 4, 0, 5, 0, 'IMAGE'],
			[7, 7, 0, 3, 1, 'FLOAT'],
			[8, 3, 0, 8, 0, 'IMAGE'],
		],
	};
}

const widget = (name: string, type: string) => ({ name, type, widget: { name }, link: null });
const SUBGRAPH = 'aaaaaaaa-0000-4000-8000-000000000002';

/** As the editor of 2025 saves: every widget is an input too, and a subgraph is inside. */
export function editorFileOf2025(prefix: string) {
	return {
		id: 'c0ffee00-0000-4000-8000-000000000001',
		revision: 0,
		last_node_id: 5,
		last_link_id: 6,
		version: 0.4,
		groups: [],
		config: {},
		extra: {},
		nodes: [
			node(1, 'EmptyImage', {
				inputs: ['width', 'height', 'batch_size', 'color'].map((name) => widget(name, 'INT')),
				outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [1] }],
				properties: { cnr_id: 'comfy-core', ver: '0.3.50' },
				widgets_values: [40, 20, 1, color()],
			}),
			node(2, SUBGRAPH, {
				inputs: [{ name: 'image', type: 'IMAGE', link: 1 }],
				outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [2] }],
				widgets_values: [],
			}),
			node(3, 'SaveImage', {
				inputs: [{ name: 'images', type: 'IMAGE', link: 2 }, widget('filename_prefix', 'STRING')],
				outputs: [],
				widgets_values: [prefix],
			}),
		],
		links: [
			[1, 1, 0, 2, 0, 'IMAGE'],
			[2, 2, 0, 3, 0, 'IMAGE'],
		],
		definitions: { subgraphs: [invertSubgraph()] },
	};
}

function invertSubgraph() {
	const link = { target_slot: 0, origin_slot: 0, type: 'IMAGE' };
	return {
		id: SUBGRAPH,
		version: 1,
		revision: 0,
		state: { lastGroupId: 0, lastNodeId: 5, lastLinkId: 6, lastRerouteId: 0 },
		config: {},
		name: 'Invert',
		inputNode: { id: -10, bounding: [0, 0, 1, 1] },
		outputNode: { id: -20, bounding: [0, 0, 1, 1] },
		inputs: [{ id: 'i1', name: 'image', type: 'IMAGE', linkIds: [5], pos: [0, 0] }],
		outputs: [{ id: 'o1', name: 'IMAGE', type: 'IMAGE', linkIds: [6], pos: [0, 0] }],
		widgets: [],
		nodes: [
			node(5, 'ImageInvert', {
				inputs: [{ name: 'image', type: 'IMAGE', link: 5 }],
				outputs: [{ name: 'IMAGE', type: 'IMAGE', links: [6] }],
			}),
		],
		groups: [],
		links: [
			{ id: 5, origin_id: -10, target_id: 5, ...link },
			{ id: 6, origin_id: 5, target_id: -20, ...link },
		],
		extra: {},
	};
}
