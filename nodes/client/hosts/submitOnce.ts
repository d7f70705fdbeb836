import { delay, now } from '../core/time';
import type { TextResponse } from '../transport/Api';
import { retryAfterMs } from '../transport/retryAfter';
import { hearOut } from './hearOut';

/** Pauses where the host does not say when to come back, ms. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** A host that says "at once" is not asked in a tight loop. */
const SHORTEST_PAUSE_MS = 250;

/** How long to go on. */
export interface Patience {
	/** Milliseconds from the first try. */
	mostMs: number;
	signal?: AbortSignal;
}

/**
 * Repeats a submission while the host is too busy to take it. Only for refusals that took nothing: then
 * repeating is safe.
 * @param send gets the signal for the request: a stop hears it out, see {@link hearOut}
 * @returns the first other answer, or the last refusal when the time is up
 * @throws AbortedError when the signal fires
 */
export async function whileBusy(
	send: (signal: AbortSignal) => Promise<TextResponse>,
	isBusy: (response: TextResponse) => boolean,
	{ mostMs, signal }: Patience,
): Promise<TextResponse> {
	const end = now() + mostMs;
	for (let tries = 0; ; tries++) {
		const response = await hearOut(send, signal);
		if (!isBusy(response)) return response;
		const wished = retryAfterMs(response.headers) ?? PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)];
		const pause = Math.max(wished, SHORTEST_PAUSE_MS);
		if (now() + pause > end) return response;
		await delay(pause, signal);
	}
}
