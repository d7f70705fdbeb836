/**
 * Every failure this client can report. One class per cause, each with a stable `code`, a `message`
 * that says what happened and a `hint` that says what to do about it. None of them ever holds a
 * credential, a request header or a query string.
 */

/** What went wrong, stable across releases; use it (not the text) to branch. */
export type ErrorCode =
	| 'connection'
	| 'authentication'
	| 'unexpected-response'
	| 'http'
	| 'too-large'
	| 'invalid-input'
	| 'invalid-workflow'
	| 'validation'
	| 'execution'
	| 'interrupted'
	| 'cancelled'
	| 'lost'
	| 'timeout'
	| 'not-found'
	| 'not-supported'
	| 'aborted';

const BRAND = Symbol.for('n8n-nodes-comfyui.error');

/** Base of all errors of this client. */
export abstract class ComfyUiError extends Error {
	abstract readonly code: ErrorCode;
	/** One or two sentences on what to do. */
	readonly hint?: string;
	/** @internal Lets {@link isComfyUiError} work across two copies of the package. */
	readonly [BRAND] = true;

	constructor(message: string, hint?: string) {
		super(message);
		this.name = new.target.name;
		this.hint = hint;
	}
}

/** Whether a value is an error of this client, also when it comes from another copy of the package. */
export function isComfyUiError(value: unknown): value is ComfyUiError {
	return typeof value === 'object' && value !== null && BRAND in value;
}

/** Why a connection could not be made or broke. */
export type ConnectionReason = 'refused' | 'dns' | 'tls' | 'timeout' | 'reset' | 'blocked' | 'other';

/** The server was not reached, or the connection broke before an answer came. */
export class ConnectionError extends ComfyUiError {
	readonly code = 'connection';
	constructor(
		message: string,
		readonly reason: ConnectionReason,
		hint?: string,
	) {
		super(message, hint);
	}
}

/** The server (or a proxy before it) wants other credentials: 401, 403, or a redirect to a login page. */
export class AuthenticationError extends ComfyUiError {
	readonly code = 'authentication';
	constructor(
		message: string,
		readonly status: number,
		hint?: string,
	) {
		super(message, hint);
	}
}

/** The answer is not what a ComfyUI says: HTML, a foreign JSON, a redirect. */
export class UnexpectedResponseError extends ComfyUiError {
	readonly code = 'unexpected-response';
	constructor(
		message: string,
		readonly status: number,
		hint?: string,
	) {
		super(message, hint);
	}
}

/** The server answered with an error status that has no class of its own. */
export class HttpError extends ComfyUiError {
	readonly code = 'http';
	constructor(
		message: string,
		readonly status: number,
		hint?: string,
		/** Milliseconds after which the server asked to be tried again (`Retry-After`). */
		readonly retryAfterMs?: number,
	) {
		super(message, hint);
	}
}

/** The body is larger than the server takes (413). */
export class TooLargeError extends ComfyUiError {
	readonly code = 'too-large';
}

/** An argument cannot be right; nothing was sent. */
export class InvalidInputError extends ComfyUiError {
	readonly code = 'invalid-input';
}

/** The workflow cannot be read or changed as asked; nothing was sent. */
export class InvalidWorkflowError extends ComfyUiError {
	readonly code = 'invalid-workflow';
}

/** What a job was waiting for or has done, as far as it is known when an error is raised. */
export interface ErrorJob {
	promptId: string;
	[fact: string]: unknown;
}

/** One thing the server refused in one node. */
export interface NodeProblem {
	nodeId: string;
	nodeTitle?: string;
	nodeType?: string;
	/** The server's error type, such as `value_not_in_list`. */
	type: string;
	input?: string;
	received?: unknown;
	/** The whole finding in one line. */
	text: string;
}

/** The server refused the workflow before running it. */
export class ValidationError extends ComfyUiError {
	readonly code = 'validation';
	constructor(
		message: string,
		/** The server's error type, such as `prompt_outputs_failed_validation`. */
		readonly type: string,
		readonly problems: NodeProblem[],
		hint?: string,
	) {
		super(message, hint);
	}
}

/** A job ended in another way than success. */
export abstract class JobError extends ComfyUiError {
	constructor(
		message: string,
		readonly promptId: string,
		hint?: string,
	) {
		super(message, hint);
	}
}

/** Where and how a node failed. */
export interface NodeFailure {
	nodeId?: string;
	nodeTitle?: string;
	nodeType?: string;
	exceptionType: string;
	exceptionMessage: string;
	/** Lines of the Python traceback, shortened. */
	traceback: string[];
}

/** A node raised an exception while it ran. */
export class ExecutionError extends JobError {
	readonly code = 'execution';
	constructor(
		message: string,
		promptId: string,
		readonly failure: NodeFailure,
		hint?: string,
	) {
		super(message, promptId, hint);
	}
}

/** Somebody interrupted the job while it ran. */
export class InterruptedError extends JobError {
	readonly code = 'interrupted';
}

/** The job was cancelled through this client. */
export class CancelledError extends JobError {
	readonly code = 'cancelled';
}

/** The server no longer knows the job: removed from the queue, or the server restarted. */
export class JobLostError extends JobError {
	readonly code = 'lost';
	constructor(
		message: string,
		promptId: string,
		readonly reason: 'removed' | 'restarted',
		hint?: string,
	) {
		super(message, promptId, hint);
	}
}

/** The deadline of a wait passed; the job may still be running. */
export class JobTimeoutError extends JobError {
	readonly code = 'timeout';
	constructor(
		message: string,
		promptId: string,
		/** Last known state and progress of the job. */
		readonly lastKnown: ErrorJob,
		hint?: string,
	) {
		super(message, promptId, hint);
	}
}

/** The server has no such file, model, node type or job. */
export class NotFoundError extends ComfyUiError {
	readonly code = 'not-found';
}

/** This host, or this version of the server, cannot do that. */
export class NotSupportedError extends ComfyUiError {
	readonly code = 'not-supported';
}

/** The caller's AbortSignal fired. */
export class AbortedError extends ComfyUiError {
	readonly code = 'aborted';
}

/** Rethrows what was caught as it is. n8n's lint wants a call behind `throw` inside `catch`. */
export function passOn(error: unknown): Error {
	return error as Error;
}
