import {
	ExecutionError,
	HttpError,
	isComfyUiError,
	JobLostError,
	UnexpectedResponseError,
	type ErrorCode,
} from '../client/core/errors';
import { mayHaveArrived } from '../client/hosts/lostAnswer';
import { isPassing } from '../client/jobs/passing';

/** Errors after which a job is known not to be on the server any more. */
const ENDINGS = new Set<ErrorCode>(['execution', 'interrupted', 'cancelled']);

/** Whether an error says that its job is over. */
export function isEnding(error: unknown): boolean {
	return isComfyUiError(error) && ENDINGS.has(error.code);
}

/**
 * Whether the same job may succeed when it is run again. What somebody removed, cancelled or interrupted
 * was meant to stop.
 * @param reached the server has answered before
 * @param failedNodes a node that raised an error counts too
 */
export function mayPass(error: unknown, reached: boolean, failedNodes: boolean): boolean {
	if (error instanceof JobLostError) return error.reason === 'restarted';
	if (error instanceof ExecutionError) return failedNodes;
	return isPassing(error, reached);
}

/** Whether a job may have been taken although handing it in failed, by a broken connection or an odd answer. */
export function mayBeTaken(error: unknown): boolean {
	if (error instanceof UnexpectedResponseError) return true; // whatever stands before the server answered instead
	return (
		mayHaveArrived(error) ||
		(error instanceof HttpError && (error.status === 408 || (error.status >= 500 && error.status !== 503)))
	);
}

/**
 * The same error with the number of attempts as a fact, and in its text when there were several. A copy:
 * jobs that fail together may share one error.
 */
export function withAttempts(error: unknown, attempts: number): unknown {
	if (!isComfyUiError(error)) return error;
	const message = attempts > 1 ? `${error.message} (${attempts} attempts)` : error.message;
	const copy = Object.create(
		Object.getPrototypeOf(error) as object,
		Object.getOwnPropertyDescriptors(error),
	) as object;
	Object.defineProperty(copy, 'message', { value: message, configurable: true, writable: true });
	return Object.assign(copy, { attempts });
}
