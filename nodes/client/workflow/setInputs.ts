import { asError, InvalidInputError, isComfyUiError, type ComfyUiError } from '../core/errors';
import { PartialCatalogueError } from '../objectInfo/partial';
import { findInput, findNewInput, findNode } from './address';
import { coerceLike, coerceTo } from './coerce';
import { isDeeperThan, MAX_LEVELS } from '../core/guards';
import { declaredInput, findMember, hasInput, unknownInput, type InputAddress } from './declaredInputs';
import { isLink, nameNode, titleOf, type ApiNode, type ApiWorkflow } from '../core/ApiWorkflow';
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
 * @param objectInfo the catalogue of the server, for types and for inputs that the workflow does not contain
 * @throws InvalidWorkflowError for an unknown node or input, with similar names
 * @throws InvalidInputError for a value that cannot be converted, and when several values are wrong: it lists all
 */
export function setInputs(
	workflow: ApiWorkflow,
	values: readonly InputValue[],
	objectInfo?: ObjectInfo,
): ApiWorkflow {
	const { changed, errors } = trySetInputs(workflow, values, objectInfo);
	if (errors.length === 0) return changed;
	if (errors.length === 1) throw errors[0];
	const hints = new Set(errors.flatMap(({ hint }) => hint ?? []));
	const shown = errors.slice(0, MAX_LISTED).map(({ message }) => message);
	if (errors.length > MAX_LISTED) shown.push(`and ${errors.length - MAX_LISTED} more.`);
	throw new InvalidInputError(
		`${errors.length} values cannot be set:\n${shown.join('\n')}`,
		[...hints].slice(0, MAX_HINTS).join(' '),
	);
}

const MAX_LISTED = 20;
const MAX_HINTS = 5;

/** Like {@link setInputs}, but skips the values that are wrong. @returns also the inputs that were set, and the errors */
export function trySetInputs(
	workflow: ApiWorkflow,
	values: readonly InputValue[],
	objectInfo?: ObjectInfo,
): { changed: ApiWorkflow; addresses: InputAddress[]; errors: ComfyUiError[] } {
	const changed: ApiWorkflow = { ...workflow };
	const addresses: InputAddress[] = [];
	const errors: ComfyUiError[] = [];
	for (const row of values) {
		try {
			addresses.push(setInput(changed, row, objectInfo));
		} catch (error) {
			if (!isComfyUiError(error) || error instanceof PartialCatalogueError) throw asError(error);
			errors.push(error);
		}
	}
	return { changed, addresses, errors };
}

function setInput(changed: ApiWorkflow, row: InputValue, objectInfo: ObjectInfo | undefined): InputAddress {
	if (isDeeperThan(row.value)) {
		throw new InvalidInputError(`A value is nested more than ${MAX_LEVELS} levels deep.`);
	}
	const address = addressOf(changed, row, objectInfo);
	const { nodeId, input } = address;
	const node = changed[nodeId];
	const next = row.coerce ? coerced(changed, address, row.value, objectInfo) : row.value;
	changed[nodeId] = { ...node, inputs: withInput(node, input, wrapped(next), objectInfo) };
	return address;
}

/** Inputs of a node with one changed. `lora_1.strength` changes a member of an object, unless it is an input itself. */
function withInput(
	node: ApiNode,
	input: string,
	value: unknown,
	objectInfo: ObjectInfo | undefined,
): ApiNode['inputs'] {
	const found = declaredInput(node, input, objectInfo) ? undefined : findMember(node, input, objectInfo);
	if (!found) return { ...node.inputs, [input]: value };
	return { ...node.inputs, [found.input]: { ...found.object, [found.member]: value } };
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
	const member = findMember(node, input, objectInfo);
	const name = `"${input}" of ${nameNode(nodeId, titleOf(workflow, nodeId), node.class_type)}`;
	if (!declared) return coerceLike(member ? member.object[member.member] : node.inputs[input], value, name);
	return coerceTo(declared, value, name);
}

/** Wraps a list in `__value__`, since the server reads a bare list as a connection. Connections stay. */
function wrapped(value: unknown): unknown {
	return Array.isArray(value) && !isLink(value) ? { __value__: value } : value;
}
