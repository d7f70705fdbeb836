import { isComfyUiError, type ErrorCode } from 'comfyui-workflows-client';
import { inOurWords } from './hints';

/** Every exit code, with the text that the reference shows. */
export const exitCodes = {
	ok: [0, 'Everything that was asked for was done.'],
	failed: [1, 'A job failed, was interrupted on the server, or what was asked for is not there.'],
	usage: [2, 'Wrong arguments, options, files or configuration. Nothing was sent.'],
	invalidWorkflow: [3, 'The workflow cannot run: the file is damaged, or the server does not accept it.'],
	connection: [4, 'The server cannot be reached, refuses the login, or does not answer like ComfyUI.'],
	timeout: [5, 'The time limit passed.'],
	partlyFailed: [6, 'Some jobs succeeded and others did not.'],
	lost: [7, 'The server no longer knows a job, such as after a restart.'],
	stopped: [130, 'Stopped by Ctrl-C or a signal.'],
	closedPipe: [141, 'The reader of the output closed the pipe before the end, as `head` does.'],
} as const satisfies Record<string, readonly [number, string]>;

/** Wrong use of the program. */
export class UsageError extends Error {
	readonly code = 'usage';

	constructor(
		message: string,
		/** What to do. */
		readonly hint?: string,
	) {
		super(message);
		this.name = 'UsageError';
	}
}

/** Jobs that did not all succeed; each was reported before. */
export class JobsFailedError extends Error {
	readonly code = 'jobs-failed';

	constructor(
		message: string,
		readonly exitCode: number,
	) {
		super(message);
		this.name = 'JobsFailedError';
	}
}

const byCode: Record<ErrorCode, keyof typeof exitCodes> = {
	connection: 'connection',
	authentication: 'connection',
	'unexpected-response': 'connection',
	http: 'connection',
	payment: 'connection',
	'too-large': 'connection',
	'invalid-input': 'usage',
	'invalid-workflow': 'invalidWorkflow',
	validation: 'invalidWorkflow',
	execution: 'failed',
	interrupted: 'failed',
	cancelled: 'failed',
	lost: 'lost',
	timeout: 'timeout',
	'not-found': 'failed',
	'not-supported': 'usage',
	aborted: 'stopped',
};

/** The exit code for a value that was thrown. */
export function exitCodeOf(error: unknown): number {
	if (error instanceof UsageError) return exitCodes.usage[0];
	if (error instanceof JobsFailedError) return error.exitCode;
	return exitCodes[isComfyUiError(error) ? byCode[error.code] : 'failed'][0];
}

/** What an error says, for a person and in JSON. */
export interface ErrorFacts {
	code: string;
	message: string;
	hint?: string;
	/** The job, when it is about one. */
	promptId?: string;
}

/** The facts of a value that was thrown. */
export function factsOf(error: unknown): ErrorFacts {
	if (isComfyUiError(error)) {
		const { promptId } = error as { promptId?: string };
		const hint = error.hint === undefined ? undefined : inOurWords(error.hint);
		return { code: error.code, message: inOurWords(error.message), hint, promptId };
	}
	if (error instanceof UsageError) return { code: error.code, message: error.message, hint: error.hint };
	if (error instanceof JobsFailedError) return { code: error.code, message: error.message };
	if (isSystemError(error)) return { code: 'file', message: systemMessage(error) };
	const message = error instanceof Error ? error.message : String(error);
	return { code: 'unexpected', message, hint: 'This is a mistake in the program. Please report it.' };
}

/** An error of the operating system, such as a file that is missing. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
	return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

const REASONS: Record<string, string> = {
	ENOENT: 'does not exist',
	EACCES: 'may not be accessed',
	EPERM: 'may not be accessed',
	EISDIR: 'is a folder',
	ENOTDIR: 'is below something that is not a folder',
	EEXIST: 'exists already',
	ENOSPC: 'does not fit: the disk is full',
};

function systemMessage({ code = '', path, message }: NodeJS.ErrnoException): string {
	const reason = REASONS[code];
	return reason && path ? `${path} ${reason}.` : message;
}
