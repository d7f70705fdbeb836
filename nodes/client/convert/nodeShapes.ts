import type { UiDefinition } from './definitions';
import type { UiInput, UiNode } from './types';
import { isNeverSent, virtualNodeKind, type VirtualNodeKind } from './virtualNodes';
import { readPackValues, upgradeValue } from './packWidgets';
import { customLayoutOf, layoutOf, opensInputs, type ClassLayout, type Socket } from './widgets/layout';
import {
	fieldNamed,
	placeCustomCombo,
	placeValues,
	type PlacedValues,
	type SavedValues,
} from './widgets/values';
import { textOf } from '../core/text';
import { isPartial, PartialCatalogueError } from '../objectInfo/partial';
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
	/** Only for an instance of a subgraph. */
	subgraph?: UiDefinition;
}

/** The layouts of a class; see {@link customLayoutOf}. */
interface Layouts {
	layout: ClassLayout;
	custom?: ClassLayout;
}

/** Computes the shape of each node of a workflow once. */
export class NodeShapes {
	private readonly known = new Map<UiNode, NodeShape>();
	private readonly layouts = new Map<string, Layouts>();

	constructor(
		private readonly objectInfo: ObjectInfo,
		readonly definitions: Map<string, UiDefinition>,
	) {}

	of(node: UiNode): NodeShape {
		const known = this.known.get(node);
		if (known) return known;
		const shape = this.read(node);
		this.known.set(node, shape);
		return shape;
	}

	/**
	 * Whether any node type of the server outputs a type.
	 * @throws PartialCatalogueError when none of a part of them does
	 */
	private isOutput(type: string): boolean {
		if (outputTypesOf(this.objectInfo).has(type)) return true;
		if (!isPartial(this.objectInfo)) return false;
		if (CORE_TYPES.has(type)) return true;
		throw new PartialCatalogueError();
	}

	private layoutsOf(definition: NodeDefinition, className: string): Layouts {
		const known = this.layouts.get(className) ?? {
			layout: layoutOf(definition, className),
			custom: customLayoutOf(definition, className, (type) => this.isOutput(type)),
		};
		this.layouts.set(className, known);
		return known;
	}

	private read(node: UiNode): NodeShape {
		const subgraph = this.definitions.get(node.type);
		if (subgraph) return instanceShape(node, subgraph);
		const definition = isNeverSent(node.type) ? undefined : definitionOf(node.type, this.objectInfo);
		if (definition) return classShape(node, definition, this.layoutsOf(definition, node.type));
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

function classShape(node: UiNode, definition: NodeDefinition, layouts: Layouts): NodeShape {
	const { outputs } = layouts.layout;
	const placed = place(node, definition, layouts);
	const slots = placed.sockets.map((socket) => toSlot(socket, named(node.inputs, socket.name)));
	return {
		kind: 'class',
		slots: withExtraSlots(slots, placed.groups, extraSlots(node, placed)),
		// Nearly all classes have outputs of fixed types.
		outputTypes: outputs.includes('*')
			? outputs.map((type, index) => (type === '*' ? (node.outputs[index]?.type ?? type) : type))
			: outputs,
		definition,
		placed,
	};
}

/** The last of the members with a name. An index would take longer: nearly all nodes have few of them. */
function named<T extends { name: string }>(members: T[], name: string): T | undefined {
	for (let index = members.length - 1; index >= 0; index--)
		if (members[index].name === name) return members[index];
	return undefined;
}

/** @param input the input of this name in the file */
function toSlot({ name, type, isField }: Socket, input: UiInput | undefined): Slot {
	return {
		name,
		type: type === '*' ? (input?.type ?? type) : type,
		linkId: input?.linkId,
		label: undefined,
		widget: isField ? name : undefined,
	};
}

/** Types that nodes of every ComfyUI output; a part of the catalogue may lack those nodes. */
const CORE_TYPES = new Set(
	(
		'AUDIO CLIP CLIP_VISION CLIP_VISION_OUTPUT CONDITIONING CONTROL_NET GLIGEN GUIDER IMAGE LATENT MASK MODEL ' +
		'NOISE SAMPLER SIGMAS STYLE_MODEL UPSCALE_MODEL VAE'
	).split(' '),
);

const outputTypes = new WeakMap<ObjectInfo, Set<string>>();

/** The types that node types output; computed once per catalogue, which may have thousands of them. */
function outputTypesOf(objectInfo: ObjectInfo): Set<string> {
	const known = outputTypes.get(objectInfo);
	if (known) return known;
	const types = new Set<string>();
	for (const definition of Object.values(objectInfo)) {
		const outputs = definition?.output;
		if (!Array.isArray(outputs)) continue; // packs write definitions of their own
		for (const type of outputs) {
			if (typeof type === 'string') for (const one of type.split(',')) types.add(one);
		}
	}
	outputTypes.set(objectInfo, types);
	return types;
}

/** The values of a node's fields, and of the inputs that the front end of its pack makes. */
function place(node: UiNode, definition: NodeDefinition, { layout, custom }: Layouts): PlacedValues {
	const { values, named, added } = readPackValues(node, layout.fields);
	const saved: SavedValues = {
		values,
		named: named ?? fallbackNames(definition, values),
		prefersNames: Array.isArray(definition.fallbackWidgetsValuesNames),
	};
	const found = placeValues(layout, saved, custom);
	for (const entry of found.fields) entry.value = upgradeValue(entry.field.spec, entry.value);
	const placed = node.type === 'CustomCombo' ? placeCustomCombo(found, node.values) : found;
	return added.length > 0 ? { ...placed, others: [...placed.others, ...added] } : placed;
}

/** Inputs that the class does not declare: members of growing groups, and inputs that JavaScript adds. */
function extraSlots(node: UiNode, placed: PlacedValues): Slot[] {
	if (node.inputs.length === 0) return [];
	return node.inputs.filter(({ name, widget }) => {
		if (named(placed.sockets, name)) return false;
		if (placed.groups.some((group) => name.startsWith(`${group}.`))) return true;
		// Inputs of another choice, or of a field that no longer exists, are dropped.
		if (widget !== undefined && !fieldNamed(placed, widget)) return false;
		return !placed.fields.some(({ field }) => opensInputs(field.spec) && name.startsWith(`${field.name}.`));
	});
}

/** Adds inputs as the editor does: a member of a growing group after the other members, any other at the end. */
function withExtraSlots(slots: Slot[], groups: string[], extra: Slot[]): Slot[] {
	if (extra.length === 0) return slots;
	const result = [...slots];
	for (const slot of extra) {
		const group = groups.find((name) => slot.name.startsWith(`${name}.`));
		const last = group === undefined ? -1 : result.findLastIndex(({ name }) => name.startsWith(`${group}.`));
		result.splice(last < 0 ? result.length : last + 1, 0, slot);
	}
	return result;
}

/** Values by the names that a class declares for files that have only a list (`fallbackWidgetsValuesNames`). */
function fallbackNames(definition: NodeDefinition, values: unknown): Record<string, unknown> | undefined {
	const names = definition.fallbackWidgetsValuesNames;
	if (!Array.isArray(names) || !Array.isArray(values)) return undefined;
	return Object.fromEntries(
		values.flatMap((value: unknown, index) => (names[index] ? [[textOf(names[index]), value]] : [])),
	);
}
