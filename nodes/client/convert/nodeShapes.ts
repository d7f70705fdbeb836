import type { UiDefinition } from './definitions';
import type { UiNode } from './types';
import { virtualKind, type VirtualKind } from './virtualNodes';
import { placeCustomCombo } from './widgets/customCombo';
import { layoutOf } from './widgets/layout';
import { placeValues, type Placed } from './widgets/values';
import { type NodeDefinition, type ObjectInfo, definitionOf } from '../objectInfo/types';

/** One input of a node as the editor would have it after loading the file. */
export interface Slot {
	name: string;
	type: string;
	linkId?: string;
	label?: string;
	/** Name of the field that the input belongs to. */
	widget?: string;
}

/** What a node of the file turns out to be. */
export interface Shape {
	kind: VirtualKind | 'class' | 'host' | 'missing';
	slots: Slot[];
	outputTypes: string[];
	/** Of a node that runs on the server. */
	definition?: NodeDefinition;
	placed?: Placed;
	/** Values of its fields by name. */
	values?: Map<string, unknown>;
	/** Of an instance of a subgraph. */
	subgraph?: UiDefinition;
}

/** Tells what the nodes of one workflow are, each once. */
export class Shapes {
	private readonly known = new Map<UiNode, Shape>();

	constructor(
		private readonly objectInfo: ObjectInfo,
		readonly definitions: Map<string, UiDefinition>,
	) {}

	of(node: UiNode): Shape {
		const known = this.known.get(node) ?? this.read(node);
		this.known.set(node, known);
		return known;
	}

	private read(node: UiNode): Shape {
		const subgraph = this.definitions.get(node.type);
		if (subgraph) return hostShape(node, subgraph);
		const definition = definitionOf(node.type, this.objectInfo);
		if (definition) return classShape(node, definition);
		return {
			kind: virtualKind(node.type) ?? 'missing',
			slots: node.inputs,
			outputTypes: node.outputs.map(({ type }) => type),
		};
	}
}

/** The inputs of an instance are those of its subgraph; the file may have them in another order, or not. */
function hostShape(node: UiNode, subgraph: UiDefinition): Shape {
	const saved = new Map(node.inputs.map((input) => [input.name, input]));
	const slots = subgraph.inputs.map(({ name, type, label }) => {
		const input = saved.get(name);
		return { name, type, linkId: input?.linkId, label: input?.label ?? label };
	});
	return { kind: 'host', slots, outputTypes: subgraph.outputs.map(({ type }) => type), subgraph };
}

function classShape(node: UiNode, definition: NodeDefinition): Shape {
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

/** Inputs that the class does not declare: members of groups that grow, and those added by JavaScript. */
function extraSlots(node: UiNode, placed: Placed, values: Map<string, unknown>): Slot[] {
	const declared = new Set(placed.sockets.map(({ name }) => name));
	return node.inputs.filter(({ name, widget }) => {
		if (declared.has(name)) return false;
		if (placed.groups.some((group) => name.startsWith(`${group}.`))) return true;
		// What belonged to another choice than the one taken, or to a field that is gone, goes with it.
		if (widget !== undefined && !values.has(widget)) return false;
		return !placed.fields.some(
			({ field }) => field.spec.shownAs === 'COMFY_DYNAMICCOMBO_V3' && name.startsWith(`${field.name}.`),
		);
	});
}
