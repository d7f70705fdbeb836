import { type AbortOptions, delay, onAbort, orAborted } from '../../core/time';
import type { JobOutcome } from '../../protocol/history';
import type { QueueEntry } from '../../protocol/queue';
import type { CancelResult } from '../HostJobs';
import { inParallel } from '../../core/Semaphore';

const MAX_ROUNDS = 20;
const PAUSE_MS = 250;
const PARALLEL_OUTCOMES = 6;

/** The requests that cancelling needs. */
interface CancelRequests {
	/** With the workflows, so possibly megabytes. */
	queue(options: { signal: AbortSignal }): Promise<QueueEntry[]>;
	remove(promptIds: string[], options: { signal: AbortSignal }): Promise<void>;
	interrupt(promptId: string, options: { signal: AbortSignal }): Promise<void>;
	outcome(promptId: string, options: { signal: AbortSignal }): Promise<JobOutcome | undefined>;
	/**
	 * Cancels pending and running jobs in one request, in the given order.
	 * @returns whether one of them was cancelled; undefined where the server has no such route (before 0.26)
	 */
	cancel(promptIds: string[], options: { signal: AbortSignal }): Promise<boolean | undefined>;
	/** Whether an interrupt stops only the job with the given ID. */
	interruptsById(options: { signal: AbortSignal }): Promise<boolean>;
}

interface Cancelled {
	promptId: string;
	result: CancelResult;
	/** The server has taken the request for this job by its ID; its history then says what became of it. */
	byId?: true;
	rounds: number;
	settle(result: CancelResult): void;
	fail(error: unknown): void;
}

/**
 * Cancels exactly the given jobs. Jobs that are cancelled at the same time share the requests for the queue and
 * leave it together: when a hundred jobs are cancelled, none of them starts in the meantime.
 */
export class CancelQueue {
	private readonly jobs = new Set<Cancelled>();
	private stop?: AbortController;

	constructor(private readonly requests: CancelRequests) {}

	/** Cancels one job. @throws AbortedError as soon as the signal fires, and what the requests throw */
	async cancel(promptId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		let forget = () => {};
		const cancelled = new Promise<CancelResult>((settle, fail) => {
			const job: Cancelled = { promptId, result: 'nothing', rounds: 0, settle, fail };
			this.jobs.add(job);
			forget = onAbort(signal, () => this.drop(job));
		});
		if (!this.stop) void this.work((this.stop = new AbortController()));
		return await orAborted(cancelled, { signal }).finally(forget);
	}

	/** Stops cancelling a job; with the last one, the requests under way are aborted. */
	private drop(job: Cancelled): void {
		this.jobs.delete(job);
		if (this.jobs.size === 0) this.stop?.abort();
	}

	private async work(stop: AbortController): Promise<void> {
		let round: Cancelled[] = [];
		try {
			await null; // collects the jobs that are cancelled in the same tick
			while (this.jobs.size > 0 && !stop.signal.aborted) {
				round = [...this.jobs];
				await this.round(round, { signal: stop.signal });
			}
		} catch (error) {
			for (const job of round) job.fail(error);
			round.forEach((job) => this.jobs.delete(job));
		}
		this.stop = undefined;
		if (this.jobs.size > 0) await this.work((this.stop = new AbortController())); // added at the end of the last round
	}

	private async round(jobs: Cancelled[], { signal }: { signal: AbortSignal }): Promise<void> {
		const states = new Map(
			(await this.requests.queue({ signal })).map(({ promptId, state }) => [promptId, state]),
		);
		const [gone, running, pending]: Cancelled[][] = [[], [], []];
		for (const job of jobs) {
			const state = states.get(job.promptId);
			if (!state || job.rounds++ >= MAX_ROUNDS) gone.push(job);
			else (state === 'running' ? running : pending).push(job);
		}
		const sent = await this.cancelById([...pending, ...running], { signal });
		if (sent) {
			await this.finish(gone, { signal });
			if (running.length > 0) await delay(PAUSE_MS, { signal });
			return;
		}
		// After an interrupt the next job starts, and a short one ends before its removal arrives: so pending jobs are
		// removed first, and the queue is requested again before the running job is interrupted.
		const hadPending = pending.some(({ result }) => result !== 'removed');
		await Promise.all([
			this.remove(pending, { signal }),
			this.finish(gone, { signal }),
			hadPending ? undefined : this.interrupt(running, { signal }),
		]);
		if (running.length > 0 && !hadPending) await delay(PAUSE_MS, { signal });
	}

	/** Pending jobs first: none of them may start when the running one stops. @returns false where the server cannot */
	private async cancelById(jobs: Cancelled[], { signal }: { signal: AbortSignal }): Promise<boolean> {
		if (jobs.length === 0) return false;
		const ids = jobs.map(({ promptId }) => promptId);
		const cancelled = await this.requests.cancel(ids, { signal });
		if (cancelled === undefined) return false;
		for (const job of jobs) job.byId = true;
		return true;
	}

	private async remove(jobs: Cancelled[], { signal }: { signal: AbortSignal }): Promise<void> {
		if (jobs.length === 0) return;
		for (const job of jobs) job.result = 'removed';
		await this.requests.remove(
			jobs.map(({ promptId }) => promptId),
			{ signal },
		);
	}

	/** Where the ID is ignored, a second interrupt could stop the next job. */
	private async interrupt(jobs: Cancelled[], { signal }: { signal: AbortSignal }): Promise<void> {
		for (const job of jobs) {
			const again = job.result === 'interrupted';
			if (!again || (await this.requests.interruptsById({ signal })))
				await this.requests.interrupt(job.promptId, { signal });
			job.result = 'interrupted';
		}
	}

	/** A job may have ended between the request for the queue and its removal. */
	private async finish(jobs: Cancelled[], { signal }: { signal: AbortSignal }): Promise<void> {
		await inParallel(jobs, PARALLEL_OUTCOMES, async (job) => {
			if (job.byId) job.settle(await this.resultOf(job, { signal }));
			else {
				const ended = job.result === 'removed' && (await this.requests.outcome(job.promptId, { signal }));
				job.settle(ended ? 'nothing' : job.result);
			}
			this.jobs.delete(job);
		});
	}

	/** A removed job leaves no trace, an interrupted one an entry. Another entry means that the job ended by itself. */
	private async resultOf(
		{ promptId }: Cancelled,
		{ signal }: { signal: AbortSignal },
	): Promise<CancelResult> {
		const outcome = await this.requests.outcome(promptId, { signal });
		if (!outcome) return 'removed';
		return outcome.status === 'interrupted' ? 'interrupted' : 'nothing';
	}
}
