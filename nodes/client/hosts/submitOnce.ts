import { type AbortOptions, delay, now, onAbort, throwIfAborted } from '../core/time';
import { type TextResponse, retryAfterMs } from '../transport/httpErrors';
import { ConnectionError, type ConnectionReason } from '../core/errors';

/** Pauses where the host does not say when to come back, ms. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** A host that says "at once" is not asked in a tight loop. */
const SHORTEST_PAUSE_MS = 250;

/** How long to go on. */
interface Patience {
	/** Milliseconds from the first try. */
	maxMs: number;
	signal?: AbortSignal;
}

/**
 * Repeats a submission while the host is too busy to take it. Only for refusals that took nothing: then
 * repeating is safe.
 * @param send gets the signal for the request: a stop hears it out, see {@link finishEvenIfAborted}
 * @returns the first other answer, or the last refusal when the time is up
 * @throws AbortedError when the signal fires
 */
export async function retryWhileBusy(
	send: (options: { signal: AbortSignal }) => Promise<TextResponse>,
	isBusy: (response: TextResponse) => boolean,
	{ maxMs: maxMs, signal }: Patience,
): Promise<TextResponse> {
	const end = now() + maxMs;
	for (let tries = 0; ; tries++) {
		const response = await finishEvenIfAborted(send, { signal });
		if (!isBusy(response)) return response;
		const wished = retryAfterMs(response.headers) ?? PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)];
		const pause = Math.max(wished, SHORTEST_PAUSE_MS);
		if (now() + pause > end) return response;
		await delay(pause, { signal });
	}
}

/** How long the answer to a submission is still waited for after a stop, ms. */
const LAST_WORD_MS = 15_000;

/**
 * Sends a submission whose answer is the only one to tell the id of the job. A stop does not cut it short: a job
 * whose id nobody knows could not be cancelled any more. Only when no answer comes for a while, it is given up.
 * @param send gets the signal for the request
 * @throws AbortedError without sending when the signal has fired already
 */
async function finishEvenIfAborted<T>(
	send: (options: { signal: AbortSignal }) => Promise<T>,
	{ signal }: AbortOptions = {},
): Promise<T> {
	throwIfAborted(signal);
	const givenUp = new AbortController();
	const answered = new AbortController();
	const unlink = onAbort(signal, () => {
		void delay(LAST_WORD_MS, { signal: answered.signal }).then(
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

/** Connection faults after which the request cannot have reached the host. */
const NEVER_SENT = new Set<ConnectionReason>(['refused', 'dns', 'tls', 'blocked']);

/** Whether a request may have reached its host although no answer came. */
export function mayHaveBeenAccepted(error: unknown): error is ConnectionError {
	return error instanceof ConnectionError && !NEVER_SENT.has(error.reason);
}

/**
 * The error for a submission that cannot be repeated because nobody can tell whether it was taken.
 * @param where how to find out, such as `Look at the job list on cloud.comfy.org`
 */
export function ambiguousSubmitError({ message, reason }: ConnectionError, where: string): ConnectionError {
	return new ConnectionError(
		`${message} Whether the job was taken is not known, so it was not sent again.`,
		reason,
		`The job may run all the same. ${where} before you run it again.`,
	);
}
