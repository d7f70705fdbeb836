import { delay, linkSignals, now } from './time';

/** A pause that can be cut short, for a loop that looks now and then and at once when there is reason to. */
export class WakeableTimer {
	private wake = new AbortController();
	private at = Infinity;

	/** Ends the pause in `ms` at the latest; the next one when none is under way. */
	within(ms: number): void {
		const at = now() + ms;
		if (at >= this.at) return;
		this.at = at;
		this.wake.abort();
	}

	/** Forgets what was asked for so far: what begins now answers it. */
	clear(): void {
		this.at = Infinity;
	}

	/**
	 * Waits `ms`, or less when somebody asks for it.
	 * @param stop ends the pause at once, without an error
	 */
	async pause(ms: number, { signal: stop }: { signal: AbortSignal }): Promise<void> {
		this.at = Math.min(now() + ms, this.at);
		while (now() < this.at && !stop.aborted) {
			this.wake = new AbortController();
			const { controller, unlink } = linkSignals(this.wake.signal, stop);
			await delay(this.at - now(), { signal: controller.signal }).catch(() => {}); // woken: look at the time again
			unlink();
		}
	}
}
