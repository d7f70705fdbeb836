import type { UiDefinition } from './definitions';
import type { UiNode } from './types';
import { virtualNodeKind, type VirtualNodeKind } from './virtualNodes';
import { layoutOf } from './widgets/layout';
import { placeCustomCombo, placeValues, type PlacedValues } from './widgets/values';
import { type NodeDefinition, type ObjectInfo, definitionOf } from '../objectInfo/types';

/** One input of a node, as the editor has it after it loads the file. */
export interface Slot {
	name: string;
	type: string;
	linkId?: string;
	label?: string;
	/** Name of the field of the same input. */
	widget?: string;
}

/** Inputs, outputs and values of a node, and what kind of node it is. */
export interface NodeShape {
	kind: VirtualNodeKind | 'class' | 'instance' | 'missing';
	slots: Slot[];
	outputTypes: string[];
	/** Only for a node that runs on the server. */
	definition?: NodeDefinition;
	placed?: PlacedValues;
	/** Values of its fields by name. */
	values?: Map<string, unknown>;
	/** Only for an instance of a subgraph. */
	subgraph?: UiDefinition;
}

/** Computes the shape of each node of a workflow once. */
export class NodeShapes {
	private readonly known = new Map<UiNode, NodeShape>();

	constructor(
		private readonly objectInfo: ObjectInfo,
		readonly definitions: Map<string, UiDefinition>,
	) {}

	of(node: UiNode): NodeShape {
		const known = this.known.get(node) ?? this.read(node);
		this.known.set(node, known);
		return known;
	}

	private read(node: UiNode): NodeShape {
		const subgraph = this.definitions.get(node.type);
		if (subgraph) return instanceShape(node, subgraph);
		const definition = definitionOf(node.type, this.objectInfo);
		if (definition) return classShape(node, definition);
		return {
			kind: virtualNodeKind(node.type) ?? 'missing',
			slots: node.inputs,
			outputTypes: node.outputs.map(({ type }) => type),
		};
	}
}

/** An instance has the inputs of its subgraph; the file may omit some or have another order. */
function instanceShape(node: UiNode, subgraph: UiDefinition): NodeShape {
	const saved = new Map(node.inputs.map((input) => [input.name, input]));
	const slots = subgraph.inputs.map(({ name, type, label }) => {
		const input = saved.get(name);
		return { name, type, linkId: input?.linkId, label: input?.label ?? label };
	});
	return { kind: 'instance', slots, outputTypes: subgraph.outputs.map(({ type }) => type), subgraph };
}

function classShape(node: UiNode, definition: NodeDefinition): NodeShape {
	const layout = layoutOf(definition, node.type);
	const found = placeValues(layout, node.values, node.namedValues);
	const placed = node.type === 'CustomCombo' ? placeCustomCombo(found, node.values) : found;
	const values = new Map<string, unknown>();
	for (const { field, value } of placed.fields) if (field.kind === 'value') values.set(field.name, value);
	const saved = new Map(node.inputs.map((input) => [input.name, input]));
	const slots: Slot[] = placed.sockets.map(({ name, type, isField }) => {
		const input = saved.get(name);
		return {
			name,
			type: type === '*' ? (input?.type ?? type) : type,
			linkId: input?.linkId,
			...(isField && { widget: name }),
		};
	});
	return {
		kind: 'class',
		slots: [...slots, ...extraSlots(node, placed, values)],
		outputTypes: layout.outputs.map((type, index) =>
			type === '*' ? (node.outputs[index]?.type ?? type) : type,
		),
		definition,
		placed,
		values,
	};
}

/** Inputs that the class does not declare: members of growing groups, and inputs that JavaScript adds. */
function extraSlots(node: UiNode, placed: PlacedValues, values: Map<string, unknown>): Slot[] {
	const declared = new Set(placed.sockets.map(({ name }) => name));
	return node.inputs.filter(({ name, widget }) => {
		if (declared.has(name)) return false;
		if (placed.groups.some((group) => name.startsWith(`${group}.`))) return true;
		// Inputs of another choice, or of a field that no longer exists, are dropped.
		if (widget !== undefined && !values.has(widget)) return false;
		return !placed.fields.some(
			({ field }) => field.spec.shownAs === 'COMFY_DYNAMICCOMBO_V3' && name.startsWith(`${field.name}.`),
		);
	});
}
