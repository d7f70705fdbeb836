import { type AbortOptions, delay, onAbort, orAborted } from '../../core/time';
import type { JobOutcome } from '../../protocol/history';
import type { QueueEntry } from '../../protocol/queue';
import type { CancelResult } from '../HostJobs';
import { inParallel } from '../../core/Semaphore';

const MAX_ROUNDS = 20;
const PAUSE_MS = 250;
const PARALLEL_OUTCOMES = 6;

/** What cancelling asks of a server. */
interface CancelOrders {
	/** With the workflows, so possibly megabytes. */
	queue(options: { signal: AbortSignal }): Promise<QueueEntry[]>;
	remove(promptIds: string[], options: { signal: AbortSignal }): Promise<void>;
	interrupt(promptId: string, options: { signal: AbortSignal }): Promise<void>;
	outcome(promptId: string, options: { signal: AbortSignal }): Promise<JobOutcome | undefined>;
	/** Whether an interrupt hits no other job than the one that it names. */
	interruptsByName(options: { signal: AbortSignal }): Promise<boolean>;
}

interface Cancelled {
	promptId: string;
	result: CancelResult;
	rounds: number;
	settle(result: CancelResult): void;
	fail(error: unknown): void;
}

/**
 * Stops jobs, each of them and no other. Jobs that are cancelled at the same time share their looks at
 * the queue and leave it together: when a hundred are stopped, none of them gets a turn meanwhile.
 */
export class CancelQueue {
	private readonly jobs = new Set<Cancelled>();
	private stop?: AbortController;

	constructor(private readonly orders: CancelOrders) {}

	/** Stops one job. @throws AbortedError as soon as the signal fires, and what the requests throw */
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

	/** Nobody waits for this one any longer; the last to go ends the requests under way. */
	private drop(job: Cancelled): void {
		this.jobs.delete(job);
		if (this.jobs.size === 0) this.stop?.abort();
	}

	private async work(stop: AbortController): Promise<void> {
		let round: Cancelled[] = [];
		try {
			await null; // those that are cancelled in the same breath come along
			while (this.jobs.size > 0 && !stop.signal.aborted) {
				round = [...this.jobs];
				await this.round(round, { signal: stop.signal });
			}
		} catch (error) {
			for (const job of round) job.fail(error);
			round.forEach((job) => this.jobs.delete(job));
		}
		this.stop = undefined;
		if (this.jobs.size > 0) await this.work((this.stop = new AbortController())); // came in at the end
	}

	private async round(jobs: Cancelled[], { signal }: { signal: AbortSignal }): Promise<void> {
		const states = new Map(
			(await this.orders.queue({ signal })).map(({ promptId, state }) => [promptId, state]),
		);
		const [gone, running, pending]: Cancelled[][] = [[], [], []];
		for (const job of jobs) {
			const state = states.get(job.promptId);
			if (!state || job.rounds++ >= MAX_ROUNDS) gone.push(job);
			else (state === 'running' ? running : pending).push(job);
		}
		// An interrupt lets the next job begin, and a short one is over before its removal arrives: so those that
		// wait leave first, and what runs is looked at once more before it is interrupted.
		const waited = pending.some(({ result }) => result !== 'removed');
		await Promise.all([
			this.remove(pending, { signal }),
			this.finish(gone, { signal }),
			waited ? undefined : this.interrupt(running, { signal }),
		]);
		if (running.length > 0 && !waited) await delay(PAUSE_MS, { signal });
	}

	private async remove(jobs: Cancelled[], { signal }: { signal: AbortSignal }): Promise<void> {
		if (jobs.length === 0) return;
		for (const job of jobs) job.result = 'removed';
		await this.orders.remove(
			jobs.map(({ promptId }) => promptId),
			{ signal },
		);
	}

	/** Where the name is ignored a second interrupt could hit the job that comes next. */
	private async interrupt(jobs: Cancelled[], { signal }: { signal: AbortSignal }): Promise<void> {
		for (const job of jobs) {
			const again = job.result === 'interrupted';
			if (!again || (await this.orders.interruptsByName({ signal })))
				await this.orders.interrupt(job.promptId, { signal });
			job.result = 'interrupted';
		}
	}

	/** A job may have run to its end between a look and the order that followed it. */
	private async finish(jobs: Cancelled[], { signal }: { signal: AbortSignal }): Promise<void> {
		await inParallel(jobs, PARALLEL_OUTCOMES, async (job) => {
			const ranOn = job.result === 'removed' && (await this.orders.outcome(job.promptId, { signal }));
			job.settle(ranOn ? 'nothing' : job.result);
			this.jobs.delete(job);
		});
	}
}
