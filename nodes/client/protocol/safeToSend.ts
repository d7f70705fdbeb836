import { InvalidWorkflowError } from '../core/errors';
import { type ApiNode, type ApiWorkflow, isLink, nameNode, titleOf } from '../core/ApiWorkflow';
import { isRecord } from '../core/guards';
import { listed } from '../core/text';

declare const SAFE: unique symbol;

/** A workflow that {@link sanitize} made; frozen down to its nodes, so that it stays safe. */
export type SafeWorkflow = ApiWorkflow & { readonly [SAFE]: true };

const safeWorkflows = new WeakSet<object>();

/** Whether {@link sanitize} made a workflow. */
export function isSafeToSend(workflow: unknown): workflow is SafeWorkflow {
	return typeof workflow === 'object' && workflow !== null && safeWorkflows.has(workflow);
}

/**
 * Makes a workflow safe to send; what is safe already is returned as it is. A node without an `inputs` object kills the server's worker for
 * everybody (until it is restarted), even when nothing uses that node; other members make it fail.
 */
export function sanitize(workflow: ApiWorkflow): SafeWorkflow {
	if (isSafeToSend(workflow)) return workflow;
	const nodes = Object.entries(workflow)
		.filter(([, node]) => isRecord(node) && typeof node.class_type === 'string' && node.class_type !== '')
		.map(([id, node]): [string, ApiNode] => [
			id,
			Object.freeze({
				class_type: node.class_type,
				inputs: isRecord(node.inputs) ? node.inputs : {},
				...(isRecord(node._meta) && { _meta: node._meta }),
			}),
		]);
	if (nodes.length === 0) {
		throw new InvalidWorkflowError(
			'The workflow contains no nodes.',
			'Export it from the ComfyUI editor with "Export (API)".',
		);
	}
	const safe = Object.freeze(Object.fromEntries(nodes)) as SafeWorkflow;
	safeWorkflows.add(safe);
	return safe;
}

/**
 * Throws unless every connection leads to a node of the workflow. At an input that the node type does not have,
 * one that leads nowhere kills the server's worker for everybody (until it is restarted); at others the server
 * refuses it with a vague message. The editor never exports such connections.
 * @throws InvalidWorkflowError that names the connections
 */
export function assertConnected(workflow: ApiWorkflow): void {
	const loose = Object.entries(workflow).flatMap(([nodeId, { inputs, class_type: type }]) =>
		Object.entries(inputs).flatMap(([input, value]) => {
			if (!isLink(value) || Object.hasOwn(workflow, value[0])) return [];
			return [`input "${input}" of ${nameNode(nodeId, titleOf(workflow, nodeId), type)} to node ${value[0]}`];
		}),
	);
	if (loose.length === 0) return;
	throw new InvalidWorkflowError(
		`The workflow has connections to nodes that are not in it: ${listed(loose)}.`,
		'Export the workflow again, or connect or remove these inputs.',
	);
}
