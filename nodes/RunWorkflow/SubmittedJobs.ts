import type { ComfyUiClient } from '../client/ComfyUiClient';
import { type AbortOptions, delay } from '../client/core/time';
import { Semaphore } from '../client/core/Semaphore';

/** A job that a server may have. */
interface HandedInJob {
	client: ComfyUiClient;
	promptId: string;
	itemIndex: number;
	/** Whether stopping the execution stops it too. */
	cancelOnStop: boolean;
	/** The server has said that it took the job. */
	taken: boolean;
}

const CANCELS_AT_ONCE = 50;
/** A request that was given up may be handled by the server a little later. */
const STILL_COMING_MS = 1_000;

/** The jobs of one execution of which it is not known that they are over. */
export class SubmittedJobs {
	private readonly jobs = new Map<string, HandedInJob>();

	/** To be called before the job is sent: its answer may never come. */
	add(job: Omit<HandedInJob, 'taken'>): void {
		this.jobs.set(job.promptId, { ...job, taken: false });
	}

	/** The server took a job, possibly under an ID of its own. */
	taken(asked: string, given: string): void {
		const job = this.jobs.get(asked);
		if (!job) return;
		this.jobs.delete(asked);
		this.jobs.set(given, { ...job, promptId: given, taken: true });
	}

	/** A job has ended, or is to be left alone. */
	over(promptId: string): void {
		this.jobs.delete(promptId);
	}

	/**
	 * Cancels jobs, those handed in last first: else each would begin to run when the one before it is
	 * stopped. A server that cannot be reached is no failure: it may run nothing either.
	 */
	async takeBack(which: (job: HandedInJob) => boolean, { signal }: AbortOptions = {}): Promise<void> {
		const slots = new Semaphore(CANCELS_AT_ONCE);
		const jobs = [...this.jobs.values()].filter(which).reverse();
		await Promise.allSettled(
			jobs.map(async (job) => await slots.run(async () => await this.cancel(job, { signal }))),
		);
	}

	private async cancel(
		{ client, promptId, taken }: HandedInJob,
		{ signal }: AbortOptions = {},
	): Promise<void> {
		const found = await client.cancel(promptId, { signal });
		if (found === 'nothing' && !taken) {
			await delay(STILL_COMING_MS, { signal });
			await client.cancel(promptId, { signal });
		}
		this.jobs.delete(promptId);
	}
}
