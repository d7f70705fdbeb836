import { now } from '../core/time';

/** Counts how the jobs of a run ended. */
export class RunStatistics {
	/** Jobs that ended well. */
	succeeded = 0;
	/** Jobs that did not. */
	failed = 0;
	/** Jobs of either kind that needed more than one attempt. */
	retried = 0;
	private readonly startedAt = now();

	/** Counts one job. @param attempts how often it was submitted; 0 when it was never begun */
	add(succeeded: boolean, attempts: number): void {
		if (succeeded) this.succeeded += 1;
		else this.failed += 1;
		if (attempts > 1) this.retried += 1;
	}

	/** "12 of 14 jobs succeeded, 2 failed, 3 retried, in 84 s."; undefined for one job that simply succeeded. */
	summary(): string | undefined {
		const total = this.succeeded + this.failed;
		if (total <= 1 && !this.failed && !this.retried) return undefined;
		const facts = [
			`${this.succeeded} of ${total} ${total === 1 ? 'job' : 'jobs'} succeeded`,
			this.failed > 0 && `${this.failed} failed`,
			this.retried > 0 && `${this.retried} retried`,
			`in ${Math.ceil((now() - this.startedAt) / 1000)} s.`,
		];
		return facts.filter(Boolean).join(', ');
	}
}
