import { activeInputs, listInputs, withAllVariants, type NodeInput } from '../objectInfo/inputs';
import { InvalidWorkflowError } from '../core/errors';
import { isRecord } from '../core/guards';
import { BigInteger } from '../core/json';
import { listed } from '../core/text';
import { didYouMean } from '../core/nearestNames';
import { nameNode, titleOf, type ApiNode, type ApiWorkflow } from '../core/ApiWorkflow';
import { definitionOf, type NodeDefinition, type ObjectInfo } from '../objectInfo/types';

/** The inputs of a node: those that the workflow sets, and those that its type has. */

/** An input of a node. */
export interface InputAddress {
	nodeId: string;
	input: string;
}

/**
 * An input as the node's type declares it. One that comes with a choice is found also while another choice is
 * taken, since the choice may be set after it.
 */
export function declaredInput(node: ApiNode, input: string, objectInfo?: ObjectInfo): NodeInput | undefined {
	const definition = objectInfo && definitionOf(node.class_type, objectInfo);
	if (!definition) return undefined;
	const isMeant = ({ name }: NodeInput) => name === input;
	return (
		activeInputs(definition, node.inputs).find(isMeant) ??
		withAllVariants(listInputs(definition)).find(isMeant)
	);
}

/** Whether a node has an input, with a value in the workflow or not. */
export function hasInput(node: ApiNode, input: string, objectInfo?: ObjectInfo): boolean {
	return (
		Object.hasOwn(node.inputs, input) ||
		declaredInput(node, input, objectInfo) !== undefined ||
		findMember(node, input, objectInfo) !== undefined ||
		isNewInput(node, input, objectInfo)
	);
}

/** Whether a class that takes inputs of any name takes this new one. A likely misspelling of a declared input is none. */
function isNewInput(node: ApiNode, input: string, objectInfo?: ObjectInfo): boolean {
	const definition = objectInfo && definitionOf(node.class_type, objectInfo);
	if (!definition || !takesAnyName(node, definition) || !/^[\p{L}_][\p{L}\p{N}_ ]{0,60}$/u.test(input))
		return false;
	const declared = listInputs(definition).map(({ name }) => name);
	return didYouMean(input, declared) === '';
}

/**
 * Whether a class takes inputs that it does not declare, such as the rows of a LoRA stack. A catalogue does not say so: it
 * is a class of a pack that declares no field, or a node with an object in an input that its class does not declare.
 */
function takesAnyName({ inputs }: ApiNode, definition: NodeDefinition): boolean {
	const { python_module: module } = definition;
	if (typeof module === 'string' && !module.startsWith('custom_nodes')) return false;
	const declared = listInputs(definition);
	if (declared.every(({ kind, required }) => kind !== 'value' && !required)) return true;
	const names = new Set(declared.map(({ name }) => name));
	return Object.entries(inputs).some(([name, value]) => !names.has(name) && isPlainObject(value));
}

/** A member of an input whose value is an object, such as `lora_1.strength`. */
export interface InputMember {
	input: string;
	member: string;
	/** The whole object. */
	object: Record<string, unknown>;
}

/**
 * Finds the object input that a name with a dot refers to; undefined when there is none.
 * @param objectInfo for `lora_3.lora`, which begins a new row in a class that takes inputs of any name
 */
export function findMember(node: ApiNode, name: string, objectInfo?: ObjectInfo): InputMember | undefined {
	const { inputs } = node;
	const dot = name.indexOf('.');
	if (dot <= 0 || dot === name.length - 1 || Object.hasOwn(inputs, name)) return undefined;
	const [input, member] = [name.slice(0, dot), name.slice(dot + 1)];
	const object = Object.hasOwn(inputs, input) ? inputs[input] : undefined;
	if (isPlainObject(object)) return { input, member, object };
	const isNewRow = object === undefined && member === 'lora' && /^lora_\d{1,4}$/.test(input);
	if (!isNewRow || !isNewInput(node, input, objectInfo)) return undefined;
	return { input, member, object: { on: true, lora: '', strength: 1 } };
}

/** Whether a value is an object with members of its own, not one that wraps a list. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
	return isRecord(value) && !(value instanceof BigInteger) && !Object.hasOwn(value, '__value__');
}

/** The error about an input that a node does not have, with similar names. */
export function unknownInput(
	workflow: ApiWorkflow,
	{ nodeId, input }: InputAddress,
	objectInfo?: ObjectInfo,
): InvalidWorkflowError {
	const { inputs, class_type: type } = workflow[nodeId];
	const definition = objectInfo && definitionOf(type, objectInfo);
	const known = definition ? activeInputs(definition, inputs) : [];
	const names = [...new Set([...Object.keys(inputs), ...known.map(({ name }) => name)])];
	return new InvalidWorkflowError(
		`${nameNode(nodeId, titleOf(workflow, nodeId), type)} has no input "${input}". ${didYouMean(input, names)}`.trim(),
		names.length > 0 ? `Its inputs are ${listed(names, 20)}.` : 'It has no inputs.',
	);
}
