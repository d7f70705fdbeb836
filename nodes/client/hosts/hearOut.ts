import { delay, onAbort, throwIfAborted } from '../core/time';

/** How long the answer to a submission is still waited for after a stop, ms. */
const LAST_WORD_MS = 15_000;

/**
 * Sends a submission whose answer is the only one to tell the id of the job. A stop does not cut it short: a job
 * whose id nobody knows could not be cancelled any more. Only when no answer comes for a while, it is given up.
 * @param send gets the signal for the request
 * @throws AbortedError without sending when the signal has fired already
 */
export async function hearOut<T>(
	send: (signal: AbortSignal) => Promise<T>,
	signal?: AbortSignal,
): Promise<T> {
	throwIfAborted(signal);
	const givenUp = new AbortController();
	const answered = new AbortController();
	const unlink = onAbort(signal, () => {
		void delay(LAST_WORD_MS, answered.signal).then(
			() => givenUp.abort(),
			() => {}, // the answer came
		);
	});
	try {
		return await send(givenUp.signal);
	} finally {
		unlink();
		answered.abort();
	}
}
