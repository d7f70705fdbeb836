import { BigInteger, parseJsonExactly, stringifyExactly } from '../core/json';
import { isLink, type ApiNode, type ApiWorkflow, type Link } from '../core/ApiWorkflow';
import { isRecord } from '../core/guards';

/** A workflow that shares nothing with the given one. */
export function copyWorkflow(workflow: ApiWorkflow): ApiWorkflow {
	return Object.fromEntries(Object.entries(workflow).map(([id, node]) => [id, copyNode(node)]));
}

/**
 * A node that shares nothing with the given one.
 * @param follow what its links become
 */
export function copyNode(node: ApiNode, follow: (link: Link) => Link = ([id, slot]) => [id, slot]): ApiNode {
	const inputs = Object.entries(node.inputs).map(([name, value]): [string, unknown] => [
		name,
		isLink(value) ? follow(value) : copyValue(value),
	]);
	return {
		...node,
		inputs: Object.fromEntries(inputs),
		...(isRecord(node._meta) && { _meta: { ...node._meta } }),
	};
}

/** `structuredClone` would strip a {@link BigInteger} of its class. */
function copyValue(value: unknown): unknown {
	if (value instanceof BigInteger || !(isRecord(value) || Array.isArray(value))) return value;
	return parseJsonExactly(stringifyExactly(value));
}
