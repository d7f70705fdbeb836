import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { N8N_NODES_API_VERSION, NodeApiError, NodeOperationError } from 'n8n-workflow';
import { isComfyUiError, type ComfyUiError } from '../client/core/errors';

/** The cause of a failure in the terms of n8n, which uses it for retries and reports. */
const FAILURES: Partial<Record<string, NonNullable<NodeOperationError['failure']>['cause']>> = {
	connection: 'temporarily-unavailable',
	authentication: 'credential-invalid',
};

/** Members of errors that go into the details. */
const FACTS = [
	'promptId',
	'attempts',
	'reason',
	'servers',
	'status',
	'type',
	'problems',
	'failure',
	'lastKnown',
	'observedResponses',
];

/**
 * Turns any error into an error that n8n shows with our text. When an error is created, n8n replaces a message that
 * contains a system error code, even inside a word, with a stock phrase. So the text is set afterwards. n8n renders the
 * description as HTML.
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
	// Pass a text, not the error: its cause (requests with their headers) must not get into the execution data.
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

/** Details for the item of a failed job and for the execution data. */
export function details(error: ComfyUiError): Record<string, unknown> {
	const facts: Record<string, unknown> = { code: error.code };
	for (const name of FACTS) {
		const value = (error as unknown as Record<string, unknown>)[name];
		const isEmpty = value === undefined || (name === 'observedResponses' && (value as string[]).length === 0);
		if (!isEmpty) facts[name] = value;
	}
	if (error.hint) facts.hint = error.hint;
	return facts;
}

/**
 * Whether the error output of the running n8n takes items with `details`. Releases before n8n-core 2.34.4, and some after it
 * (2.35.0), send such an item to the success output. No release says so itself, so a constant that n8n-workflow exports
 * since 2.39 tells the releases apart. Older releases export `undefined`.
 */
const ERROR_OUTPUT_TAKES_DETAILS = (N8N_NODES_API_VERSION as number | undefined) !== undefined;

/**
 * The output item of a failed input item with Continue On Fail: the input, the message as `error`, and `details`.
 *
 * The item has no `error` beside `json`, because n8n would replace the whole json with `{ error }`. n8n sends an item to the
 * error output only if its json has no other keys than these, and adds the input itself. See `handleNodeErrorOutput` in
 * n8n-core.
 */
export function failedItem(
	context: IExecuteFunctions,
	input: INodeExecutionData,
	error: unknown,
	itemIndex: number,
): INodeExecutionData {
	const toErrorOutput = context.getNode().onError === 'continueErrorOutput';
	const withDetails = isComfyUiError(error) && (!toErrorOutput || ERROR_OUTPUT_TAKES_DETAILS);
	return {
		json: {
			...(!toErrorOutput && input.json),
			error: toNodeError(context.getNode(), error, itemIndex).message,
			...(withDetails && { details: details(error) as INodeExecutionData['json'] }),
		},
		...(input.binary && { binary: input.binary }),
		pairedItem: { item: itemIndex },
	};
}

const STOPPED = 'The execution was canceled.';

/**
 * The error of a node whose execution was stopped. n8n recognises a stop by the word "canceled" in the message; without it
 * a stopped production execution would start the error workflow.
 */
export function stoppedError(node: INode): NodeOperationError {
	return new NodeOperationError(node, STOPPED);
}

function escapeHtml(text: string): string {
	return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Adds a sentence to the error of a node: to its description, or for a stopped execution to its message. */
export function addToError(error: unknown, text: string | undefined): Error {
	if (text && (error instanceof NodeOperationError || error instanceof NodeApiError)) {
		if (error.message.startsWith(STOPPED)) error.message = `${error.message} ${text}`;
		else error.description = [error.description, escapeHtml(text)].filter(Boolean).join(' ');
	}
	return error as Error;
}
