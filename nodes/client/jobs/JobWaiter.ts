import type { JobOutcome } from '../protocol/history';
import type { JobProgress, JobRecord } from './JobRecord';

/** How a watch ended. */
export type JobEnd =
	| { kind: 'ended'; outcome: JobOutcome; record: JobRecord }
	| { kind: 'lost'; restarted: boolean; known: boolean; record: JobRecord }
	| { kind: 'failed'; error: unknown; record: JobRecord };

type Listener = (progress: JobProgress) => void;

/** One job that somebody waits for. */
export class JobWaiter {
	/** When the server was first seen not to know the job, with no sign of it since. See `now` in delay.ts. */
	missingSince?: number;
	/** The server has known the job, now or before. */
	known: boolean;
	/** Its end is being read; looks leave it alone. */
	finishing = false;
	waiters = 0;
	readonly done: Promise<JobEnd>;
	settle!: (end: JobEnd) => void;
	private readonly listeners = new Set<Listener>();

	constructor(readonly record: JobRecord) {
		this.known = record.state !== 'unknown';
		this.done = new Promise((resolve) => (this.settle = resolve));
	}

	/**
	 * Ends with the watch, or with the error that the caller's own listener throws, which then ends neither
	 * the waits of others nor the loop.
	 */
	async ended(onProgress?: Listener): Promise<JobEnd> {
		if (!onProgress) return await this.done;
		let fail: (error: unknown) => void = () => {};
		const failed = new Promise<never>((_, reject) => (fail = reject));
		const listener: Listener = (progress) => {
			try {
				onProgress(progress);
			} catch (error) {
				fail(error);
			}
		};
		this.listeners.add(listener);
		try {
			return await Promise.race([this.done, failed]);
		} finally {
			this.listeners.delete(listener);
		}
	}

	/** Tells the listeners how the job stands. */
	tell(): void {
		if (this.listeners.size === 0) return;
		const progress = this.record.progress();
		for (const listener of this.listeners) listener(progress);
	}
}
