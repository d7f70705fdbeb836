import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { asError } from '../client/core/errors';
import type { Clients } from '../shared/clients';
import { ExecutionHints } from '../shared/ExecutionHints';
import { JobPreparer } from '../shared/workflow/JobPreparer';
import { SubmittedJobs } from './SubmittedJobs';
import { JobAttempts, type Common, type Ran } from './JobAttempts';
import { readConcurrency, readSettings } from './settings';
import { Semaphore } from '../client/core/Semaphore';
import { toOutput } from './output';
import { now } from '../client/core/time';

/** How the jobs of one execution went. */
class RunStatistics {
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

const RETRIES_AT_ONCE = 6;
/** Items whose files are on their way; more would only share the connection. */
const DOWNLOADS_AT_ONCE = 2;

/** One execution of the node over all its items. */
export class RunWorkflowExecution {
	private readonly common: Common = {
		handedIn: new SubmittedJobs(),
		first: new Semaphore(1),
		again: new Semaphore(RETRIES_AT_ONCE),
		reached: false,
	};
	/** For jobs on the server. */
	private places?: Semaphore;
	private readonly downloads = new Semaphore(DOWNLOADS_AT_ONCE);
	private readonly tally = new RunStatistics();
	private readonly remarks = new ExecutionHints();
	private readonly preparation: JobPreparer;

	constructor(private readonly context: IExecuteFunctions) {
		this.preparation = new JobPreparer(context, this.remarks);
	}

	/** Runs the workflow of one item and fetches what it made. */
	async run(
		itemIndex: number,
		clients: Clients,
		{ signal }: { signal: AbortSignal },
	): Promise<INodeExecutionData[]> {
		let job: JobAttempts | undefined;
		try {
			const settings = readSettings(this.context, itemIndex);
			const prepare = async () => await this.preparation.prepare(itemIndex, clients, { signal });
			job = new JobAttempts(this.common, itemIndex, settings, prepare, signal);
			const ran = await this.toEnd(job, itemIndex, { signal });
			this.remarks.addRefused(ran.refused);
			const items = await this.downloads.run(
				async () => await toOutput(this.context, itemIndex, ran, settings, this.remarks, { signal }),
				{ signal },
			);
			this.tally.add(true, job.attempts);
			return items;
		} catch (error) {
			this.tally.add(false, job?.attempts ?? 0);
			throw asError(error);
		}
	}

	/** A job keeps its place through all attempts: until it has ended the server may have it. */
	private async toEnd(
		job: JobAttempts,
		itemIndex: number,
		{ signal }: { signal: AbortSignal },
	): Promise<Ran> {
		this.places ??= new Semaphore(readConcurrency(this.context));
		return await this.places.run(
			async () => {
				try {
					return await job.toEnd();
				} finally {
					// What an attempt left behind must not run after all.
					await this.common.handedIn.takeBack((open) => open.itemIndex === itemIndex, { signal });
				}
			},
			{ signal },
		);
	}

	/** Says how it went, once all items are through. */
	async finish(): Promise<void> {
		this.remarks.sumUp(this.tally.summary());
		this.remarks.show(this.context);
	}

	/** The execution was stopped, or failed by an item: nobody waits for the other jobs any more. */
	async takeBack(): Promise<void> {
		const stopped = this.context.getExecutionCancelSignal()?.aborted === true;
		await this.common.handedIn.takeBack(({ cancelOnStop }) => !stopped || cancelOnStop);
	}
}
