import type { ObjectInfo } from '../hosts/selfHosted/Catalogue';
import { isRecord, titleOf, type ApiNode, type ApiWorkflow } from '../workflow/types';
import { isChosenFrom, suggestChoices } from './choices';
import type { Choice } from './inputOptions';
import { activeInputs, type NodeInput } from './inputs';
import { suggestNodeTypes } from './suggestNodeTypes';

/** A node type that is not installed. */
export interface MissingNodeType {
	nodeType: string;
	nodeIds: string[];
	didYouMean: string[];
}

/** Where in a workflow something was found. */
export interface Place {
	nodeId: string;
	nodeTitle: string;
	nodeType: string;
	input: string;
}

/** A value that the server does not offer, such as a model that is not there. */
export interface MissingChoice extends Place {
	value: unknown;
	/** Choices as they have to be written. */
	didYouMean: Choice[];
}

/** A required input without a value or a connection, or any input connected to nothing. */
export interface MissingInput extends Place {
	/** What it takes. */
	type: string;
	/** Id of the node it is connected to, which is not in the workflow. */
	connectedTo?: string;
}

/** A node and the inputs that its type has for its values. */
export interface KnownNode {
	nodeId: string;
	node: ApiNode;
	inputs: NodeInput[];
	workflow: ApiWorkflow;
}

/** Those of the given nodes whose type is installed. */
export function knownNodes(workflow: ApiWorkflow, ids: string[], objectInfo: ObjectInfo): KnownNode[] {
	return ids.flatMap((nodeId) => {
		const node = workflow[nodeId];
		if (!Object.hasOwn(objectInfo, node.class_type)) return [];
		return [{ nodeId, node, workflow, inputs: activeInputs(objectInfo[node.class_type], node.inputs) }];
	});
}

/** Every type that is not installed; a single one makes the server refuse the workflow, wherever it is. */
export function findMissingNodeTypes(workflow: ApiWorkflow, objectInfo: ObjectInfo): MissingNodeType[] {
	const nodeIds = new Map<string, string[]>();
	for (const [id, { class_type: type }] of Object.entries(workflow)) {
		if (!Object.hasOwn(objectInfo, type)) nodeIds.set(type, [...(nodeIds.get(type) ?? []), id]);
	}
	return [...nodeIds].map(([nodeType, ids]) => ({
		nodeType,
		nodeIds: ids,
		didYouMean: suggestNodeTypes(nodeType, objectInfo),
	}));
}

/** Values that are not among the choices of their input. Uploaded files need not be. */
export function findMissingChoices(known: KnownNode): MissingChoice[] {
	const { node, inputs } = known;
	return inputs.flatMap((input) => {
		const { name, choices, upload, multiselect } = input;
		if (!choices || upload || node.inputs[name] === undefined) return [];
		const value = unwrapped(node.inputs[name]);
		if (Array.isArray(node.inputs[name]) && !multiselect) return []; // a connection
		const values: unknown[] = Array.isArray(value) && multiselect ? value : [value];
		return values
			.filter((one) => !isChosenFrom(choices, one))
			.map((one) => ({
				...placeOf(known, name),
				value: one,
				didYouMean: suggestChoices(choices, one),
			}));
	});
}

/** Required inputs that are not given, and connections to nodes that are not there. */
export function findMissingInputs(known: KnownNode): MissingInput[] {
	const { node, inputs, workflow } = known;
	return inputs.flatMap((input): MissingInput[] => {
		const { name, type, required, members } = input;
		const value = node.inputs[name];
		const missing = { ...placeOf(known, name), type };
		if (value === undefined) return required && !members ? [missing] : [];
		const source = Array.isArray(value) && value.length === 2 ? String(value[0]) : undefined;
		if (source === undefined || Object.hasOwn(workflow, source) || input.multiselect) return [];
		return [{ ...missing, connectedTo: source }];
	});
}

/** `{"__value__": [...]}` is how a list is written where a bare one would mean a connection. */
function unwrapped(value: unknown): unknown {
	return isRecord(value) && '__value__' in value ? value.__value__ : value;
}

function placeOf({ nodeId, node, workflow }: KnownNode, input: string): Place {
	return {
		nodeId,
		nodeTitle: titleOf(workflow, nodeId) ?? node.class_type,
		nodeType: node.class_type,
		input,
	};
}
