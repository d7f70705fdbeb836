import { delay, linkSignals, now } from './time';

/** A pause that can be shortened, for a loop that polls at intervals and at once when there is a reason. */
export class WakeableTimer {
	private wake = new AbortController();
	private at = Infinity;

	/** Ends the present pause, or else the next one, in `ms` at the latest. */
	within(ms: number): void {
		const at = now() + ms;
		if (at >= this.at) return;
		this.at = at;
		this.wake.abort();
	}

	/** Forgets earlier calls of {@link within}: what the loop does now answers them. */
	clear(): void {
		this.at = Infinity;
	}

	/**
	 * Waits `ms`, or less after a call of {@link within}.
	 * @param options.signal ends the pause at once, without an error
	 */
	async pause(ms: number, { signal }: { signal: AbortSignal }): Promise<void> {
		this.at = Math.min(now() + ms, this.at);
		while (now() < this.at && !signal.aborted) {
			this.wake = new AbortController();
			const { controller, unlink } = linkSignals(this.wake.signal, signal);
			await delay(this.at - now(), { signal: controller.signal }).catch(() => {}); // woken: compare the times again
			unlink();
		}
	}
}
