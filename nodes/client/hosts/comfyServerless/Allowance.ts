import { now } from '../../core/time';

/** Requests that may be sent without hurry: so many at once, then one whenever some time has passed. */
export class Allowance {
	private left: number;
	private at = now();

	constructor(
		private readonly most: number,
		/** Milliseconds after which one more may be sent. */
		private readonly everyMs: number,
	) {
		this.left = most;
	}

	/** Takes up to so many; returns how many may be sent. */
	take(wanted: number): number {
		this.refill();
		const taken = Math.min(wanted, Math.max(Math.floor(this.left), 0));
		this.left -= taken;
		return taken;
	}

	/** Notes requests that were sent in any case. */
	spend(count: number): void {
		this.refill();
		this.left = Math.max(this.left - count, -this.most);
	}

	private refill(): void {
		const time = now();
		this.left = Math.min(this.left + (time - this.at) / this.everyMs, this.most);
		this.at = time;
	}
}
