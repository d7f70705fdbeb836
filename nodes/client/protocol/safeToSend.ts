import { InvalidWorkflowError } from '../core/errors';
import { type ApiNode, type ApiWorkflow } from '../core/ApiWorkflow';
import { isRecord } from '../core/guards';

/**
 * Makes a workflow safe to send. A node without an `inputs` object kills the server's worker for
 * everybody (until it is restarted), even when nothing uses that node; other members make it fail.
 */
export function sanitize(workflow: ApiWorkflow): ApiWorkflow {
	const nodes = Object.entries(workflow)
		.filter(([, node]) => isRecord(node) && typeof node.class_type === 'string' && node.class_type !== '')
		.map(([id, node]): [string, ApiNode] => [
			id,
			{
				class_type: node.class_type,
				inputs: isRecord(node.inputs) ? node.inputs : {},
				...(isRecord(node._meta) && { _meta: node._meta }),
			},
		]);
	if (nodes.length === 0) {
		throw new InvalidWorkflowError(
			'The workflow contains no nodes.',
			'Export it from the ComfyUI editor with "Export (API)".',
		);
	}
	return Object.fromEntries(nodes);
}
