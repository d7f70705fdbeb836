import type { Conversion, ConversionOptions } from '../../../nodes/client/convert/toApiFormat';
import { toApiFormat } from '../../../nodes/client/convert/toApiFormat';
import type { ObjectInfo } from '../../../nodes/client';
import { objectInfo } from '../objectInfo/fixture';

type Source = [from: number | string, slot: number, type?: string];

/** A node of the editor, in short. */
export interface Short {
	id: number | string;
	type: string;
	values?: unknown;
	/** What its inputs are connected to. */
	from?: Record<string, Source>;
	/** Inputs that belong to a field. */
	fields?: string[];
	mode?: number;
	title?: string;
	outputs?: string[];
	properties?: Record<string, unknown>;
}

/** A subgraph, in short: its inputs by name and type, its outputs by what leads to them. */
export interface ShortSubgraph {
	id: string;
	nodes: Short[];
	inputs?: Array<[name: string, type: string]>;
	outputs?: Array<[name: string, type: string, from: number | string, slot: number]>;
}

export const MUTED = 2;
export const BYPASSED = 4;
/** A node inside a subgraph takes its input from the subgraph's. */
export const INPUTS = -10;

function graph(nodes: Short[]) {
	const links: Array<[number, number | string, number, number | string, number, string]> = [];
	const built = nodes.map(({ id, type, values, from = {}, fields = [], outputs = [], ...others }) => {
		const names = new Set([...Object.keys(from), ...fields]);
		const inputs = [...names].map((name, slot) => {
			const source = from[name];
			if (source) links.push([links.length + 1, source[0], source[1], id, slot, source[2] ?? '*']);
			return {
				name,
				type: source?.[2] ?? '*',
				link: source ? links.length : null,
				...(fields.includes(name) && { widget: { name } }),
			};
		});
		return {
			id,
			type,
			inputs,
			outputs: outputs.map((output) => ({ name: output, type: output })),
			...(values !== undefined && { widgets_values: values }),
			...others,
		};
	});
	return { nodes: built, links };
}

/** A workflow of the editor. */
export function workflow(nodes: Short[], subgraphs: ShortSubgraph[] = [], extra: object = {}) {
	return {
		...graph(nodes),
		last_node_id: 100,
		version: 0.4,
		extra,
		...(subgraphs.length > 0 && { definitions: { subgraphs: subgraphs.map(subgraph) } }),
	};
}

function subgraph({ id, nodes, inputs = [], outputs = [] }: ShortSubgraph) {
	const inner = graph(nodes);
	for (const [slot, [, type, from, fromSlot]] of outputs.entries()) {
		inner.links.push([inner.links.length + 1, from, fromSlot, -20, slot, type]);
	}
	const links = inner.links.map(([link, origin_id, origin_slot, target_id, target_slot, type]) => ({
		id: link,
		origin_id,
		origin_slot,
		target_id,
		target_slot,
		type,
	}));
	const idsOf = (test: (link: (typeof links)[number]) => boolean) =>
		links.filter(test).map((link) => link.id);
	return {
		id,
		name: id,
		nodes: inner.nodes,
		links,
		inputs: inputs.map(([name, type], slot) => ({
			name,
			type,
			linkIds: idsOf((link) => link.origin_id === INPUTS && link.origin_slot === slot),
		})),
		outputs: outputs.map(([name, type], slot) => ({
			name,
			type,
			linkIds: idsOf((link) => link.target_id === -20 && link.target_slot === slot),
		})),
	};
}

/** Node types in addition to those of the catalogue, with what only custom nodes have. */
const OWN: ObjectInfo = {
	Choice: {
		input: {
			required: {
				mode: [
					'COMFY_DYNAMICCOMBO_V3',
					{
						options: [
							{
								key: 'size',
								inputs: { required: { width: ['INT', { default: 512 }], height: ['INT', { default: 256 }] } },
							},
							{
								key: 'text',
								inputs: {
									required: { text: ['STRING', { default: 'hello' }] },
									optional: { image: ['IMAGE'] },
								},
							},
							{ key: 'none', inputs: {} },
						],
					},
				],
				after: ['STRING', { default: 'z' }],
			},
		},
		output: [],
		output_node: true,
	},
	Growing: {
		input: {
			required: {
				images: [
					'COMFY_AUTOGROW_V3',
					{ template: { input: { required: { image: ['IMAGE', {}] } }, prefix: 'image', min: 2 } },
				],
				tail: ['INT', { default: 3 }],
			},
		},
		output: [],
		output_node: true,
	},
	Forced: {
		input: {
			required: {
				text: ['STRING', { forceInput: true }],
				count: ['INT', { default: 1 }],
				rate: ['FLOAT', { forceInput: true }],
			},
			optional: { flag: ['BOOLEAN', { default: true }] },
		},
		output: [],
		output_node: true,
	},
	CustomCombo: {
		input: { required: { choice: ['COMBO', { options: [] }] } },
		output: ['STRING'],
		output_node: true,
	},
	Several: {
		input: {
			required: {
				sizes: ['COMBO', { options: ['a', 'b'], multi_select: { chip: true } }],
				curve: ['CURVE', {}],
				pick: [['x', 'y']],
			},
		},
		output: [],
		output_node: true,
	},
};

/** The catalogue of the tests. */
export const catalogue: ObjectInfo = { ...objectInfo(), ...OWN };

/** Converts with the catalogue of the tests. */
export function convert(source: unknown, options?: ConversionOptions): Conversion {
	return toApiFormat(source, catalogue, options);
}

/** The inputs of one node after the conversion. */
export function inputsOf(source: unknown, id: string, options?: ConversionOptions): Record<string, unknown> {
	return convert(source, options).prompt[id].inputs;
}

/** Reasons of the warnings. */
export const reasons = ({ warnings }: Conversion) => warnings.map(({ reason }) => reason);
