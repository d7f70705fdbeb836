import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { isComfyUiError, type ComfyUiError } from '../client/errors';

/** What automation may know of a failure: n8n retries and reports by it. */
const FAILURES: Partial<Record<string, NonNullable<NodeOperationError['failure']>['cause']>> = {
	connection: 'temporarily-unavailable',
	authentication: 'credential-invalid',
};

/**
 * Turns any error into one that n8n shows with our text. n8n replaces a message that contains a
 * system error code, even inside a word, by a stock phrase when the error is made; so the text is
 * put in afterwards. The description is rendered as HTML.
 */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex?: number,
): NodeOperationError | NodeApiError {
	if (error instanceof NodeOperationError || error instanceof NodeApiError) {
		error.context.itemIndex ??= itemIndex;
		return error;
	}
	const { message, hint, failure } = isComfyUiError(error)
		? { message: error.message, hint: error.hint, failure: FAILURES[error.code] }
		: {
				message: error instanceof Error ? error.message : String(error),
				hint: undefined,
				failure: undefined,
			};
	// A text and no error: what caused it (requests with their headers) must not become part of the execution data.
	const nodeError = new NodeOperationError(node, 'ComfyUI', {
		itemIndex,
		description: hint && escapeHtml(hint),
		...(failure && { failure: { cause: failure } }),
	});
	nodeError.message = message;
	nodeError.messages = [];
	if (isComfyUiError(error)) nodeError.context.comfyUi = details(error);
	return nodeError;
}

/** Facts for the item of a failed job and for whoever looks into the execution. */
export function details(error: ComfyUiError): Record<string, unknown> {
	const facts: Record<string, unknown> = { code: error.code };
	for (const name of ['promptId', 'reason', 'status', 'type', 'problems', 'failure', 'lastKnown'] as const) {
		const value = (error as unknown as Record<string, unknown>)[name];
		if (value !== undefined) facts[name] = value;
	}
	if (error.hint) facts.hint = error.hint;
	return facts;
}

/**
 * The item that Continue On Fail passes on: what came in, its error, and the facts.
 */
export function failedItem(
	context: IExecuteFunctions,
	input: INodeExecutionData,
	error: unknown,
	itemIndex: number,
): INodeExecutionData {
	const nodeError = toNodeError(context.getNode(), error, itemIndex);
	return {
		json: {
			...input.json,
			error: nodeError.message,
			...(isComfyUiError(error) && { errorDetails: details(error) as INodeExecutionData['json'] }),
		},
		binary: input.binary,
		error: nodeError,
		pairedItem: { item: itemIndex },
	};
}

function escapeHtml(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
