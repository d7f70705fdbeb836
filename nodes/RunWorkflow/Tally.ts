import { now } from '../client/core/time';

/** How the jobs of one execution went. */
export class Tally {
	private readonly startedAt = now();
	private succeeded = 0;
	private failed = 0;
	private retried = 0;

	/** Counts an item. @param attempts of its job */
	add(succeeded: boolean, attempts: number): void {
		if (succeeded) this.succeeded += 1;
		else this.failed += 1;
		if (attempts > 1) this.retried += 1;
	}

	/** "12 of 14 jobs succeeded, 2 failed, 3 retried, in 84 s."; nothing for one job that simply succeeded. */
	summary(): string | undefined {
		const total = this.succeeded + this.failed;
		if (total <= 1 && !this.failed && !this.retried) return undefined;
		const parts = [
			`${this.succeeded} of ${total} ${total === 1 ? 'job' : 'jobs'} succeeded`,
			this.failed > 0 && `${this.failed} failed`,
			this.retried > 0 && `${this.retried} retried`,
			`in ${Math.ceil((now() - this.startedAt) / 1000)} s.`,
		];
		return parts.filter(Boolean).join(', ');
	}
}
