import { ConnectionError, type ConnectionReason } from '../core/errors';
import type { JobOutcome } from '../protocol/history';
import type { JobProgress, JobRecord } from './JobRecord';

/** How a wait ended. */
export type JobEnd =
	| { kind: 'ended'; outcome: JobOutcome; record: JobRecord }
	| { kind: 'lost'; restarted: boolean; forgotten: boolean; known: boolean; record: JobRecord; gone?: true }
	| { kind: 'failed'; error: unknown; record: JobRecord };

type Listener = (progress: JobProgress) => void;

/** The wait for one job, shared by all its callers. */
export class JobWaiter {
	/** When the server first did not know the job, unless it was seen since. Monotonic ms, see `now`. */
	missingSince?: number;
	/** When the server first refused the connection, unless it has answered since. Monotonic ms. */
	refusedSince?: number;
	/** The server knows the job or has known it. */
	known: boolean;
	/** The host said that the ComfyUI behind it no longer knows the job. */
	forgotten = false;
	/** Ends the stream that reports the progress of the job, if there is one. */
	stopFollowing?: AbortController;
	hasStream = false;
	/** The stream is open: its progress is newer than that of polls. */
	isStreaming = false;
	/** Its end is being read; polls leave it alone meanwhile. */
	finishing = false;
	/** How many callers wait. */
	callers = 0;
	readonly failedRequests = new FailedRequests();
	readonly done: Promise<JobEnd>;
	settle!: (end: JobEnd) => void;
	private readonly listeners = new Set<Listener>();

	constructor(readonly record: JobRecord) {
		this.known = record.state !== 'unknown';
		this.done = new Promise((resolve) => (this.settle = resolve));
	}

	/**
	 * Resolves when the job has ended.
	 * @throws what the caller's own listener throws, which ends neither the waits of others nor the polling
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

	/** Whether a caller listens to the progress. */
	get isObserved(): boolean {
		return this.listeners.size > 0;
	}

	/** Passes the progress of the job to the listeners. */
	notify(): void {
		if (this.listeners.size === 0) return;
		const progress = this.record.progress();
		for (const listener of this.listeners) listener(progress);
	}
}

/** The last changes are what a person needs; a server that alternates for an hour must not fill an error. */
const MAX_SERIES = 5;

/** An observed response: the request has no answer, or had none in time. */
export const NO_ANSWER = 'no answer';

const REASONS: Partial<Record<ConnectionReason, string>> = {
	timeout: NO_ANSWER,
	refused: 'connection refused',
	reset: 'connection reset',
	dns: 'host name not found',
};

/** Failed status requests in their order, with equal ones in a row counted: `5x 502`, `no answer`. */
class FailedRequests {
	constructor(private readonly series: Array<{ response: string; count: number }> = []) {}

	add(error: unknown): void {
		this.addResponse(toResponse(error));
	}

	/** @param options.isUnanswered adds a request that has no answer yet */
	list({ isUnanswered = false }: { isUnanswered?: boolean } = {}): string[] {
		const all = new FailedRequests(this.series.map((one) => ({ ...one })));
		if (isUnanswered) all.addResponse(NO_ANSWER);
		return all.series.map(({ response, count }) => (count > 1 ? `${count}x ${response}` : response));
	}

	private addResponse(response: string): void {
		const last = this.series.at(-1);
		if (last?.response === response) last.count += 1;
		else this.series.push({ response, count: 1 });
		if (this.series.length > MAX_SERIES) this.series.shift();
	}
}

function toResponse(error: unknown): string {
	if (error instanceof ConnectionError) return REASONS[error.reason] ?? 'no connection';
	const { status } = error as { status?: unknown };
	return typeof status === 'number' ? String(status) : 'another error';
}
