import { delay, now } from './time';
import { HttpError, ConnectionError } from './errors';

/** How often and how soon to retry. */
export interface RetryPolicy {
	/** Attempts after the first. */
	retries: number;
	/** Pause before the first retry, ms; it doubles with each further one, up to a minute. */
	waitMs: number;
}

/** How {@link retry} decides whether to begin another attempt. */
export interface RetryOptions extends RetryPolicy {
	/** Whether another attempt may succeed after this error. */
	shouldRetry: (error: unknown) => boolean;
	/** Whether to begin the next attempt without a pause. */
	isPauseNeedless?: (error: unknown) => boolean;
	/** Monotonic ms (see `now`) after which no attempt begins; read again before each one. */
	deadline?: () => number;
	signal?: AbortSignal;
}

const MAX_PAUSE_MS = 60_000;

/**
 * Repeats an operation until it succeeds, fails with an error that is not retryable, or has used up its retries
 * or its time.
 * @param work gets the number of the attempt, from 1
 * @throws the error of the last attempt; AbortedError when the signal fires during a pause
 */
export async function retry<T>(
	work: (attempt: number) => Promise<T>,
	{ shouldRetry, isPauseNeedless, deadline = () => Infinity, signal, ...policy }: RetryOptions,
): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		const outcome = await work(attempt).then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		if ('value' in outcome) return outcome.value;
		const pauseMs = isPauseNeedless?.(outcome.error) ? 0 : pauseAfter(attempt, policy, outcome.error);
		const isLast = attempt > policy.retries || signal?.aborted || now() + pauseMs > deadline();
		if (isLast || !shouldRetry(outcome.error)) throw outcome.error;
		await delay(pauseMs, { signal });
	}
}

/** With jitter, so that jobs that failed together do not all come back at once. `Retry-After` is the minimum. */
function pauseAfter(attempt: number, { waitMs }: RetryPolicy, error: unknown): number {
	const maxPause = Math.max(MAX_PAUSE_MS, waitMs);
	const pause = Math.min(waitMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2), maxPause);
	const retryAfter = error instanceof HttpError ? (error.retryAfterMs ?? 0) : 0;
	return Math.max(pause, retryAfter);
}

/**
 * Whether the same request may succeed later: no connection, 5xx, 429, 408.
 * @param serverHasAnswered the server has answered before; until then a host name that is not resolved is taken for
 * a wrong name, which no retry corrects
 */
export function isRetryable(error: unknown, serverHasAnswered: boolean): boolean {
	if (error instanceof ConnectionError) {
		const { reason } = error;
		return reason !== 'tls' && reason !== 'blocked' && (serverHasAnswered || reason !== 'dns');
	}
	return error instanceof HttpError && (error.status >= 500 || error.status === 429 || error.status === 408);
}
