import { InvalidInputError } from '../core/errors';
import { findInput, findNewInput, findNode } from './address';
import { coerceLike, coerceTo } from './coerce';
import { isDeeperThan, MAX_LEVELS } from '../core/guards';
import { declaredInput, hasInput, unknownInput, type InputAddress } from './declaredInputs';
import { isLink, nameNode, titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import type { ObjectInfo } from '../objectInfo/types';

/** A value for one input of one node. */
export interface InputValue {
	/** Id, title or (when unique) class; without `input` followed by a dot and the input, as in `3.seed`. */
	node: string | number;
	/** Its name. May be left out when `node` holds it too. */
	input?: string;
	/** Any JSON value. A list is wrapped, since a bare list means a connection. */
	value: unknown;
	/**
	 * Converts the value to the type that the input has by the catalogue, or else gives a text the type of the
	 * value it replaces. Default false.
	 */
	coerce?: boolean;
	/** Allows an input that neither the workflow nor the catalogue knows. Default false. */
	add?: boolean;
}

/**
 * Puts values into a copy of the workflow.
 * @param objectInfo the catalogue of the server: tells types, and inputs that the workflow does not contain
 * @throws InvalidWorkflowError for an unknown node or input, with the names that may be meant
 * @throws InvalidInputError for a value that cannot be converted
 */
export function setInputs(
	workflow: ApiWorkflow,
	values: readonly InputValue[],
	objectInfo?: ObjectInfo,
): ApiWorkflow {
	const changed: ApiWorkflow = { ...workflow };
	for (const row of values) {
		if (isDeeperThan(row.value)) {
			throw new InvalidInputError(`A value is nested more than ${MAX_LEVELS} levels deep.`);
		}
		const address = addressOf(changed, row, objectInfo);
		const { nodeId, input } = address;
		const node = changed[nodeId];
		const next = row.coerce ? coerced(changed, address, row.value, objectInfo) : row.value;
		changed[nodeId] = { ...node, inputs: { ...node.inputs, [input]: wrapped(next) } };
	}
	return changed;
}

function addressOf(
	workflow: ApiWorkflow,
	{ node, input, add }: InputValue,
	objectInfo?: ObjectInfo,
): InputAddress {
	const name = String(input ?? '');
	if (!name.trim()) return (add ? findNewInput : findInput)(workflow, String(node), objectInfo);
	const address = { nodeId: findNode(workflow, node), input: name };
	if (add || hasInput(workflow[address.nodeId], name, objectInfo)) return address;
	throw unknownInput(workflow, address, objectInfo);
}

function coerced(
	workflow: ApiWorkflow,
	{ nodeId, input }: InputAddress,
	value: unknown,
	objectInfo?: ObjectInfo,
): unknown {
	const node = workflow[nodeId];
	const declared = declaredInput(node, input, objectInfo);
	if (!declared) return coerceLike(node.inputs[input], value);
	const name = `"${input}" of ${nameNode(nodeId, titleOf(workflow, nodeId), node.class_type)}`;
	return coerceTo(declared, value, name);
}

/** The server takes a list for a connection; `__value__` makes it a value. A real connection stays one. */
function wrapped(value: unknown): unknown {
	return Array.isArray(value) && !isLink(value) ? { __value__: value } : value;
}
