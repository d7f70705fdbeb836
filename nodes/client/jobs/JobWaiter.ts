import { AbortedError, asError, ConnectionError, type ConnectionReason } from '../core/errors';
import { type AbortOptions, callAfter, onAbort, throwIfAborted } from '../core/time';
import type { JobOutcome } from '../protocol/history';
import type { JobProgress, JobRecord } from './JobRecord';

/** How a job ended. */
export type JobEnd =
	| { kind: 'ended'; outcome: JobOutcome; record: JobRecord }
	| { kind: 'lost'; restarted: boolean; forgotten: boolean; known: boolean; record: JobRecord; gone?: true }
	| { kind: 'failed'; error: unknown; record: JobRecord };

/** A wait that was over before the job. */
export interface WaitTimeout {
	kind: 'timeout';
	record: JobRecord;
	/**
	 * The failed status requests meanwhile, and the one that is not answered yet; see
	 * `JobTimeoutError.observedResponses`.
	 */
	observedResponses: string[];
}

/** How long and with whom to wait for a job. */
export interface WaitLimits extends AbortOptions {
	/** Default: for ever. */
	timeoutMs?: number;
	/** Gets the progress of the job. What it throws ends neither the waits of others nor the polling. */
	onProgress?: (progress: JobProgress) => void;
}

/** One of those who wait for a job. */
interface Caller {
	settle(end: JobEnd | 'timeout'): void;
	fail(error: unknown): void;
	onProgress?: WaitLimits['onProgress'];
}

/** The wait for one job, shared by all its callers. Ten thousand may go on at once: it holds no more than it needs. */
export class JobWaiter {
	/** When the server first did not know the job, unless it was seen since. Monotonic ms, see `now`. */
	missingSince?: number;
	/** When the server first refused the connection, unless it has answered since. Monotonic ms. */
	refusedSince?: number;
	/** The server knows the job or has known it. */
	known: boolean;
	/** The host said that the ComfyUI behind it no longer knows the job. */
	forgotten = false;
	/** Ends the stream that reports the progress of the job, if there is or was one. */
	stopFollowing?: AbortController;
	/** The stream is open: its progress is newer than that of polls. */
	isStreaming = false;
	/** Its end is being read; polls leave it alone meanwhile. */
	finishing = false;
	private failedRequests?: FailedRequests;
	private readonly callers = new Set<Caller>();

	constructor(readonly record: JobRecord) {
		this.known = record.state !== 'unknown';
	}

	/**
	 * Waits until the job has ended.
	 * @returns `timeout` when it has not ended in time
	 * @throws AbortedError when the signal fires; what `onProgress` throws
	 */
	async wait({ signal, timeoutMs = Infinity, onProgress }: WaitLimits): Promise<JobEnd | 'timeout'> {
		throwIfAborted(signal);
		return await new Promise((resolve, reject) => {
			const forget = () => {
				this.callers.delete(caller);
				forgetTimer?.();
				forgetSignal?.();
			};
			const caller: Caller = {
				settle: (end) => (forget(), resolve(end)),
				fail: (error) => (forget(), reject(asError(error))),
				onProgress,
			};
			const forgetTimer =
				timeoutMs === Infinity ? undefined : callAfter(timeoutMs, () => caller.settle('timeout'));
			const forgetSignal = signal && onAbort(signal, () => caller.fail(stopped()));
			this.callers.add(caller);
		});
	}

	/**
	 * How a job ended that the server does not have any more: when the events said that it ended well, only its history
	 * entry is gone.
	 * @param gone the server has certainly ended, and the job with it
	 */
	endOfLost(gone = false): JobEnd {
		const { record, known, forgotten } = this;
		if (!record.succeeded) {
			const restarted = gone || record.connectionLost;
			return { kind: 'lost', restarted, forgotten, known, record, ...(gone && { gone }) };
		}
		const { workflow, startedAt, endedAt } = record;
		const { outputs, displayNodes, cachedNodes } = record.nodes;
		const reported = 'its outputs are those that the events reported.';
		const note = gone
			? `The server went down after the job; ${reported}`
			: `The history entry of the job was gone; ${reported}`;
		const found = { outputs, displayNodes, workflow, cachedNodes, startedAt, endedAt, note };
		return { kind: 'ended', outcome: { status: 'success', ...found }, record };
	}

	/** Ends the wait of all callers. */
	settle(end: JobEnd): void {
		for (const caller of this.callers) caller.settle(end);
	}

	/** Ends the wait of all callers, because nobody asks for the job any more. */
	abort(): void {
		for (const caller of this.callers) caller.fail(stopped());
	}

	/** Whether anybody waits. */
	get isAwaited(): boolean {
		return this.callers.size > 0;
	}

	/** Whether a caller looks at the progress. */
	get isObserved(): boolean {
		for (const { onProgress } of this.callers) if (onProgress) return true;
		return false;
	}

	/** Passes the progress of the job to those who look at it. */
	notify(): void {
		if (!this.isObserved) return;
		const progress = this.record.progress();
		for (const caller of this.callers) {
			try {
				caller.onProgress?.(progress);
			} catch (error) {
				caller.fail(error);
			}
		}
	}

	/** Notes a status request that failed. */
	addFailedRequest(error: unknown): void {
		this.failedRequests ??= new FailedRequests();
		this.failedRequests.add(error);
	}

	/**
	 * The status requests that failed; see `JobTimeoutError.observedResponses`.
	 * @param options.isUnanswered one has no answer yet
	 */
	observedResponses(options: { isUnanswered: boolean }): string[] {
		return (this.failedRequests ?? new FailedRequests()).list(options);
	}
}

const stopped = () => new AbortedError('The operation was stopped.');

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
