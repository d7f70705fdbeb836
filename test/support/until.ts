import { setTimeout } from 'node:timers/promises';

/** Waits until something holds; `what` says what was missing when it never does. */
export async function until(
	holds: () => boolean | Promise<boolean>,
	what = 'a condition',
	ms = 60_000,
): Promise<void> {
	const end = Date.now() + ms;
	while (!(await holds())) {
		if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
		await setTimeout(3);
	}
}
