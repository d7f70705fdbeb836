import { ComfyUiError, isComfyUiError } from 'comfyui-workflows-client';

/** The facts of an error, as `msg.error.cause` of a Catch node has them. */
interface ErrorFacts {
	/** See `ErrorCode` of the client. */
	code: string;
	promptId?: string;
	/** How often the job was begun. */
	attempts?: number;
	/** What the server refused, one entry per input. */
	problems?: unknown;
	/** The node that failed while the job ran. */
	failure?: unknown;
}

/**
 * An error as Node-RED shows it. Node-RED prints `toString()`, which begins with the name of the class for other errors,
 * and copies the own members `code` and `cause` into `msg.error`.
 */
class FlowError extends Error {
	override readonly cause: ErrorFacts;

	constructor(
		message: string,
		readonly code: string,
		facts: Omit<ErrorFacts, 'code'>,
	) {
		super(message);
		this.cause = { code, ...facts };
	}

	override toString(): string {
		return this.message;
	}
}

/** The error for Node-RED: its text is the sentence of the client, then the advice. */
export function toFlowError(error: unknown): Error {
	if (!isComfyUiError(error)) return error instanceof Error ? error : new Error(String(error));
	const { promptId, attempts, problems, failure } = error as Partial<ErrorFacts>;
	const facts = Object.entries({ promptId, attempts, problems, failure }).filter(
		([, value]) => value !== undefined && value !== '',
	);
	const text = [error.message, error.hint].filter(Boolean).join(' ');
	return new FlowError(text, error.code, Object.fromEntries(facts));
}

/** The short word for an error in the status of a node. */
export const codeOf = (error: unknown): string => (isComfyUiError(error) ? error.code : 'error');

/** The code of Node-RED's side: the node has no server. */
export class NotConfiguredError extends ComfyUiError {
	readonly code = 'invalid-input';
}
