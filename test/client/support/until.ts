import { setTimeout } from 'node:timers/promises';

/** Waits for a condition; `what` says what was missing when it does not come true. */
export async function until(
	condition: () => boolean | Promise<boolean>,
	what: string,
	ms = 10_000,
): Promise<void> {
	const end = Date.now() + ms;
	while (!(await condition())) {
		if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
		await setTimeout(3);
	}
}
