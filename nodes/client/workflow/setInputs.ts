import { InvalidWorkflowError } from '../errors';
import { listed } from '../protocol/text';
import { findNode } from './address';
import { coerceLike } from './coerce';
import { didYouMean } from './suggest';
import { isLink, nameNode, titleOf, type ApiWorkflow } from './types';

/** A value for one input of one node. */
export interface InputValue {
	/** Id, title or (when unique) class. */
	node: string | number;
	input: string;
	/** Any JSON value. A list is wrapped, since a bare list means a connection. */
	value: unknown;
	/** Gives a text the type of the value it replaces. Default false. */
	coerce?: boolean;
	/** Allows an input that the workflow does not contain, for optional inputs. Default false. */
	add?: boolean;
}

/**
 * Puts values into a copy of the workflow.
 * @throws InvalidWorkflowError for an unknown node or input, with the names that may be meant
 */
export function setInputs(workflow: ApiWorkflow, values: readonly InputValue[]): ApiWorkflow {
	const changed: ApiWorkflow = { ...workflow };
	for (const { node: reference, input, value, add, coerce } of values) {
		const id = findNode(changed, reference);
		const node = changed[id];
		if (!add && !Object.hasOwn(node.inputs, input)) throw unknownInput(changed, id, input);
		const next = coerce ? coerceLike(node.inputs[input], value) : value;
		changed[id] = { ...node, inputs: { ...node.inputs, [input]: wrapped(next) } };
	}
	return changed;
}

/** The server takes a list for a connection; `__value__` makes it a value. A real connection stays one. */
function wrapped(value: unknown): unknown {
	return Array.isArray(value) && !isLink(value) ? { __value__: value } : value;
}

function unknownInput(workflow: ApiWorkflow, id: string, input: string): InvalidWorkflowError {
	const { inputs, class_type: type } = workflow[id];
	const names = Object.keys(inputs);
	return new InvalidWorkflowError(
		`${nameNode(id, titleOf(workflow, id), type)} has no input "${input}". ${didYouMean(input, names)}`.trim(),
		names.length > 0 ? `Its inputs are ${listed(names, 20)}.` : 'It has no inputs.',
	);
}
