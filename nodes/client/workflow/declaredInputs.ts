import { activeInputs, listInputs, withAllVariants, type NodeInput } from '../objectInfo/inputs';
import { InvalidWorkflowError } from '../core/errors';
import { isRecord } from '../core/guards';
import { BigInteger } from '../core/json';
import { listed } from '../core/text';
import { didYouMean } from '../core/nearestNames';
import { nameNode, titleOf, type ApiNode, type ApiWorkflow } from '../core/ApiWorkflow';
import { type ObjectInfo, definitionOf } from '../objectInfo/types';

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
		findMember(node, input) !== undefined
	);
}

/** A member of an input whose value is an object, such as `lora_1.strength`. */
export interface InputMember {
	input: string;
	member: string;
	/** The whole object. */
	object: Record<string, unknown>;
}

/** Finds the object input that a name with a dot refers to; undefined when there is none. */
export function findMember({ inputs }: ApiNode, name: string): InputMember | undefined {
	const dot = name.indexOf('.');
	if (dot <= 0 || dot === name.length - 1 || Object.hasOwn(inputs, name)) return undefined;
	const [input, member] = [name.slice(0, dot), name.slice(dot + 1)];
	const object = Object.hasOwn(inputs, input) ? inputs[input] : undefined;
	return isPlainObject(object) ? { input, member, object } : undefined;
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
