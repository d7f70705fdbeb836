import { type AbortOptions, delay, now, onAbort, throwIfAborted } from '../core/time';
import { type TextResponse, retryAfterMs } from '../transport/httpErrors';
import { ConnectionError, type ConnectionReason } from '../core/errors';

/** Pauses where the host sends no `Retry-After`, ms. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** Minimum pause, also for `Retry-After: 0`. */
const MIN_PAUSE_MS = 250;

interface RetryLimit {
	/** Milliseconds from the first attempt. */
	maxMs: number;
	signal?: AbortSignal;
}

/**
 * Repeats a submission while the host is too busy to accept it. Only for refusals after which no job exists, so
 * that a repetition is safe.
 * @param send gets the signal of the request, see {@link finishEvenIfAborted}
 * @returns the first other answer, or the last refusal when the time is up
 * @throws AbortedError when the signal fires
 */
export async function retryWhileBusy(
	send: (options: { signal: AbortSignal }) => Promise<TextResponse>,
	isBusy: (response: TextResponse) => boolean,
	{ maxMs, signal }: RetryLimit,
): Promise<TextResponse> {
	const end = now() + maxMs;
	for (let attempt = 0; ; attempt++) {
		const response = await finishEvenIfAborted(send, { signal });
		if (!isBusy(response)) return response;
		const pauseMs = retryAfterMs(response.headers) ?? PAUSES_MS[Math.min(attempt, PAUSES_MS.length - 1)];
		const pause = Math.max(pauseMs, MIN_PAUSE_MS);
		if (now() + pause > end) return response;
		await delay(pause, { signal });
	}
}

/** How long a submission may still take after an abort, ms. Of the 10 s of a stop the rest is for cancelling the job. */
const FINISH_WITHIN_MS = 6_000;

/**
 * Sends a submission whose answer contains the job ID, and waits for the answer even after an abort: without its ID
 * the job could not be cancelled. The request is aborted only when no answer comes for some seconds.
 * @param send gets the signal of the request
 * @throws AbortedError without sending when the signal has already fired
 */
async function finishEvenIfAborted<T>(
	send: (options: { signal: AbortSignal }) => Promise<T>,
	{ signal }: AbortOptions = {},
): Promise<T> {
	throwIfAborted(signal);
	const givenUp = new AbortController();
	const answered = new AbortController();
	const unlink = onAbort(signal, () => {
		void delay(FINISH_WITHIN_MS, { signal: answered.signal }).then(
			() => givenUp.abort(),
			() => {}, // the answer came
		);
	});
	try {
		return await send({ signal: givenUp.signal });
	} finally {
		unlink();
		answered.abort();
	}
}

/** Connection errors after which the request cannot have reached the host. */
const NEVER_SENT = new Set<ConnectionReason>(['refused', 'dns', 'tls', 'blocked']);

/** Whether a request may have reached its host although no answer came. */
export function mayHaveBeenAccepted(error: unknown): error is ConnectionError {
	return error instanceof ConnectionError && !NEVER_SENT.has(error.reason);
}

/**
 * The error for a submission that is not repeated because the host may have accepted it.
 * @param where how to find out, such as `Look at the job list on cloud.comfy.org`
 */
export function ambiguousSubmitError({ message, reason }: ConnectionError, where: string): ConnectionError {
	return new ConnectionError(
		`${message} It is unknown whether the job was accepted, so it was not sent again.`,
		reason,
		`The job may run nevertheless. ${where} before you run it again.`,
	);
}
