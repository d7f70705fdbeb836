import type { Output } from '../terminal/Output';
import { duration } from '../terminal/text';

/** What happened to the jobs of a batch. */
export class Statistics {
	done = 0;
	failed = 0;
	/** Jobs that needed more than one attempt. */
	retried = 0;
	cancelled = 0;
	/** Done in an earlier run. */
	skipped = 0;
	files = 0;
	private readonly startedAt = Date.now();
	private jobMs = 0;
	private timed = 0;

	/** @param durationMs server time of a job that succeeded */
	addDone(files: number, durationMs: number | undefined): void {
		this.done += 1;
		this.files += files;
		if (durationMs === undefined) return;
		this.jobMs += durationMs;
		this.timed += 1;
	}

	/** @param total number of jobs of the batch */
	facts(total: number): Record<string, number | null> {
		const totalMs = Date.now() - this.startedAt;
		const { done, failed, retried, cancelled, skipped, files } = this;
		return {
			total,
			done,
			failed,
			retried,
			cancelled,
			skipped,
			notStarted: total - done - failed - cancelled - skipped,
			files,
			meanMs: this.timed > 0 ? Math.round(this.jobMs / this.timed) : null,
			totalMs,
		};
	}

	/** Prints them on stderr. */
	async print(out: Output, total: number): Promise<void> {
		const { meanMs, totalMs, ...counts } = this.facts(total);
		const rows = Object.entries(counts)
			.filter(([name, value]) => value !== 0 || name === 'done' || name === 'failed')
			.map(([name, value]): [string, string] => [LABELS[name], String(value)]);
		if (meanMs !== null) rows.push(['mean time of a job', duration(meanMs ?? 0)]);
		rows.push(['total time', duration(totalMs ?? 0)]);
		await out.noteTable(rows);
	}
}

const LABELS: Record<string, string> = {
	total: 'jobs',
	done: 'done',
	failed: 'failed',
	retried: 'retried',
	cancelled: 'cancelled',
	skipped: 'done before',
	notStarted: 'not started',
	files: 'files',
};
