import type { IExecuteFunctions, INode, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { isComfyUiError, type ComfyUiError } from '../client/core/errors';

/** Causes as n8n names them; it retries and reports by them. */
const FAILURES: Partial<Record<string, NonNullable<NodeOperationError['failure']>['cause']>> = {
	connection: 'temporarily-unavailable',
	authentication: 'credential-invalid',
};

/** Members of errors that become facts. */
const FACTS = [
	'promptId',
	'attempts',
	'reason',
	'status',
	'type',
	'problems',
	'failure',
	'lastKnown',
	'observedResponses',
];

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

/** Facts of an error, for the item of a failed job and for the data of the execution. */
function details(error: ComfyUiError): Record<string, unknown> {
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
 * The item that Continue On Fail passes on: what came in, the message as `error`, and facts as `details`.
 *
 * It carries no `error` member of its own: n8n would replace the whole json by `{ error }`. For the
 * error output n8n looks for json with these two keys alone, and adds what came in by itself.
 */
export function failedItem(
	context: IExecuteFunctions,
	input: INodeExecutionData,
	error: unknown,
	itemIndex: number,
): INodeExecutionData {
	const toErrorOutput = context.getNode().onError === 'continueErrorOutput';
	const known = isComfyUiError(error);
	return {
		json: {
			...(!toErrorOutput && input.json),
			error: toNodeError(context.getNode(), error, itemIndex).message,
			...(known && { details: details(error) as INodeExecutionData['json'] }),
		},
		...(input.binary && { binary: input.binary }),
		pairedItem: { item: itemIndex },
	};
}

const STOPPED = 'The execution was canceled.';

/**
 * The error of a node whose execution was stopped. n8n recognises a stop by the word "canceled" in the message; without
 * it a stopped production run would start the error workflow.
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
