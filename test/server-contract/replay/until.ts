import { setTimeout } from 'node:timers/promises';

/** Waits for a condition; `what` says what was missing when it does not come true. */
export async function until(condition: () => boolean, what: () => string, ms = 60_000): Promise<void> {
	const end = Date.now() + ms;
	while (!condition()) {
		if (Date.now() > end) throw new Error(`waited in vain: ${what()}`);
		await setTimeout(2);
	}
}
