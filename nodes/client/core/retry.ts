import { delay, now } from './time';
import { HttpError, ConnectionError } from './errors';

/** How often and how soon to try again. */
export interface RetryPolicy {
	/** Attempts after the first. */
	retries: number;
	/** Pause before the second attempt, ms; each further pause is twice as long. */
	waitMs: number;
}

/** How {@link retry} decides whether to begin another attempt. */
export interface RetryOptions extends RetryPolicy {
	/** Whether an error is worth another attempt. */
	shouldRetry: (error: unknown) => boolean;
	/** Monotonic ms (see `now`) after which no attempt begins; read again before each one. */
	deadline?: () => number;
	signal?: AbortSignal;
}

const LONGEST_PAUSE_MS = 60_000;

/**
 * Does something until it succeeds, fails for good or has been tried often enough.
 * @param work gets the number of the attempt, from 1
 * @throws the error of the last attempt; AbortedError when the signal fires in a pause
 */
export async function retry<T>(
	work: (attempt: number) => Promise<T>,
	{ shouldRetry: isRetryable, deadline = () => Infinity, signal, ...retry }: RetryOptions,
): Promise<T> {
	for (let attempt = 1; ; attempt++) {
		const outcome = await work(attempt).then(
			(value) => ({ value }),
			(error: unknown) => ({ error }),
		);
		if ('value' in outcome) return outcome.value;
		const pauseMs = pauseAfter(attempt, retry, outcome.error);
		const givesUp = attempt > retry.retries || signal?.aborted || now() + pauseMs > deadline();
		if (givesUp || !isRetryable(outcome.error)) throw outcome.error;
		await delay(pauseMs, { signal });
	}
}

/** Jobs that failed together are spread a little, so that they do not all come back at once. */
function pauseAfter(attempt: number, { waitMs }: RetryPolicy, error: unknown): number {
	const longest = Math.max(LONGEST_PAUSE_MS, waitMs);
	const pause = Math.min(waitMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2), longest);
	const askedFor = error instanceof HttpError ? (error.retryAfterMs ?? 0) : 0;
	return Math.max(pause, askedFor);
}

/**
 * Whether a server may recover from a fault, so that it is worth asking again: no connection, 5xx, 429.
 * @param reached the server has answered before; until then a name that is not resolved is a wrong name
 */
export function isRetryable(error: unknown, reached: boolean): boolean {
	if (error instanceof ConnectionError) {
		const { reason } = error;
		return reason !== 'tls' && reason !== 'blocked' && (reached || reason !== 'dns');
	}
	return error instanceof HttpError && (error.status >= 500 || error.status === 429 || error.status === 408);
}
