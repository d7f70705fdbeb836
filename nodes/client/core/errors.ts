/**
 * Every failure this client can report. One class per cause, each with a stable `code`, a `message`
 * that says what happened and a `hint` that says what to do about it. None of them ever holds a
 * credential, a request header or a query string.
 */

import { cutText, listed, tidy } from './text';

/** What went wrong, stable across releases; use it (not the text) to branch. */
export type ErrorCode =
	| 'connection'
	| 'authentication'
	| 'unexpected-response'
	| 'http'
	| 'payment'
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

const BRAND = Symbol.for('comfyui-workflows-client.error');

/** Limits messages: a quoted value may be a whole file by mistake. */
const MAX_CHARACTERS = 10_000;

/** Base of all errors of this client. */
export abstract class ComfyUiError extends Error {
	abstract readonly code: ErrorCode;
	/** One or two sentences on what to do. */
	readonly hint?: string;
	/** @internal Lets {@link isComfyUiError} work across two copies of the package. */
	readonly [BRAND] = true;

	constructor(message: string, hint?: string) {
		super(cutText(message, MAX_CHARACTERS));
		this.name = new.target.name;
		this.hint = hint === undefined ? undefined : cutText(hint, MAX_CHARACTERS);
	}
}

/** Whether a value is an error of this client, also when it comes from another copy of the package. */
export function isComfyUiError(value: unknown): value is ComfyUiError {
	return typeof value === 'object' && value !== null && BRAND in value;
}

/** Why a connection could not be made or broke. */
export type ConnectionReason = 'refused' | 'dns' | 'tls' | 'timeout' | 'reset' | 'blocked' | 'other';

/** The server was not reached, or the connection broke before a response arrived. */
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

/** A file of a job is on a server of a pool that cannot be reached. The job was not submitted. */
export class UnreachableFileError extends ConnectionError {
	constructor(message: string, hint?: string) {
		super(message, 'refused', hint);
	}
}

/** The server, or a proxy in front of it, rejects the credentials: 401, 403, or a redirect to a login page. */
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

/** The response does not come from ComfyUI: HTML, other JSON, a redirect. */
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
		/** Milliseconds that the server asks to wait before a retry (`Retry-After`). */
		readonly retryAfterMs?: number,
	) {
		super(message, hint);
	}
}

/** A hosted service requires payment: credits, a plan, a subscription. A retry does not help. */
export class PaymentRequiredError extends ComfyUiError {
	readonly code = 'payment';
}

/** The body is larger than the server takes (413). */
export class TooLargeError extends ComfyUiError {
	readonly code = 'too-large';
}

/** An argument is invalid. Nothing was sent. */
export class InvalidInputError extends ComfyUiError {
	readonly code = 'invalid-input';
}

/** The workflow cannot be read or changed as asked; nothing was sent. */
export class InvalidWorkflowError extends ComfyUiError {
	readonly code = 'invalid-workflow';
}

/** The state of a job, as far as it is known when an error is raised. */
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

/** A job did not succeed. */
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

/** The job was interrupted on the server while it ran. */
export class InterruptedError extends JobError {
	readonly code = 'interrupted';
}

/** The job was cancelled through this client. */
export class CancelledError extends JobError {
	readonly code = 'cancelled';
}

/**
 * The server no longer knows the job: it was removed from the queue, the server was restarted, or a server of a pool went
 * down before the job had finished.
 */
export class JobLostError extends JobError {
	readonly code = 'lost';
	constructor(
		message: string,
		promptId: string,
		readonly reason: 'removed' | 'restarted' | 'server-down',
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
		/** Status requests that failed or have no answer yet, in their order, such as `5x 502`, `no answer`. */
		readonly observedResponses: readonly string[] = [],
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
	constructor(
		message: string,
		hint?: string,
		/** What a job waited for when it was stopped before it was sent, as a sentence. */
		readonly waitedFor?: string,
	) {
		super(message, hint);
	}
}

/** A copy with other members: jobs that fail together may share one error. */
export function copyError(error: ComfyUiError, members: Record<string, unknown>): ComfyUiError {
	const copy = Object.create(
		Object.getPrototypeOf(error) as object,
		Object.getOwnPropertyDescriptors(error),
	) as ComfyUiError;
	for (const [name, value] of Object.entries(members)) {
		const enumerable = name !== 'message';
		Object.defineProperty(copy, name, { value, enumerable, configurable: true, writable: true });
	}
	return copy;
}

/** Types a caught value as an error, to rethrow it unchanged. n8n's lint requires a call after `throw` inside `catch`. */
export function asError(error: unknown): Error {
	return error as Error;
}

/** A node type that a workflow needs and the server does not have. */
export interface NodeTypeToInstall {
	type: string;
	/** Name of its package in the Comfy registry, when the workflow says so. */
	registryId?: string;
	/** `owner/name` of its repository on GitHub, when the workflow says so. */
	repository?: string;
	/** Version of the package that the workflow was made with. */
	version?: string;
	nodes: Array<{ id: string; title?: string }>;
}

/** A workflow of the editor needs node types that are not installed on the server. */
export class MissingNodeTypesError extends InvalidWorkflowError {
	constructor(readonly missing: NodeTypeToInstall[]) {
		const types = missing.map(
			({ type, registryId, repository, nodes }) =>
				`${tidy(type, 80)}${from(registryId ?? repository)} (node ${listed(
					nodes.map(({ id }) => tidy(id, 40)),
					3,
				)})`,
		);
		const packages = new Set(missing.flatMap(({ registryId, repository }) => registryId ?? repository ?? []));
		const install = [...packages].filter((name) => name !== 'comfy-core').map((name) => tidy(name, 80));
		super(
			`The server does not have ${missing.length === 1 ? 'a node type' : `${missing.length} node types`} of this workflow: ${listed(types, 10)}.`,
			`${install.length > 0 ? `Install ${listed(install, 10)} on the server` : 'Install the custom nodes that provide them, or update ComfyUI'}, and restart it; or mute these nodes in the editor.`,
		);
	}
}

const from = (source: string | undefined) => (source ? ` from ${tidy(source, 80)}` : '');
