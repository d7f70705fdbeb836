import { InvalidWorkflowError } from '../core/errors';
import { listed } from '../core/text';
import { isLink, nameNode, titleOf, type ApiWorkflow } from '../core/ApiWorkflow';

/**
 * Passes when every connection leads to a node of the workflow. At an input that the node type does not have,
 * one that leads nowhere kills the server's worker for everybody (until it is restarted); at others the server
 * refuses it in words that say little. The editor never exports such connections.
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
