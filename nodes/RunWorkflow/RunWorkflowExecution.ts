import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { asError } from '../client/core/errors';
import { Semaphore } from '../client/core/Semaphore';
import { Deadline } from '../client/jobs/deadline';
import { type FinishedJob, withAttempts } from '../client/jobs/JobAttempts';
import { JobGroup } from '../client/jobs/JobGroup';
import { toDownloadTimeoutError } from '../client/jobs/result';
import { RunStatistics } from '../client/jobs/RunStatistics';
import type { UncancelledJob } from '../client/jobs/SubmittedJobs';
import type { Clients } from '../shared/clients';
import { ExecutionHints } from '../shared/ExecutionHints';
import { JobPreparer, type PreparedJob } from '../shared/workflow/JobPreparer';
import { toOutput } from './output';
import { readConcurrency, readSettings, type Settings } from './settings';

/** How many items download their files at the same time; more would only share the connection. */
const MAX_PARALLEL_DOWNLOADS = 2;

/** One execution of the node over all its items. */
export class RunWorkflowExecution {
	private group?: JobGroup;
	private readonly downloads = new Semaphore(MAX_PARALLEL_DOWNLOADS);
	/** Of items: a job whose files could not be fetched counts as failed too. */
	private readonly statistics = new RunStatistics();
	readonly hints = new ExecutionHints();
	private readonly preparer: JobPreparer;

	constructor(private readonly context: IExecuteFunctions) {
		this.preparer = new JobPreparer(context, this.hints);
	}

	/** Checks the parameters and the job of one item. Nothing is uploaded or queued. */
	async check(itemIndex: number, clients: Clients, { signal }: { signal: AbortSignal }): Promise<void> {
		readSettings(this.context, itemIndex);
		await this.preparer.check(itemIndex, clients, { signal });
	}

	/** Runs the workflow of one item and fetches what it made. */
	async run(
		itemIndex: number,
		clients: Clients,
		{ signal }: { signal: AbortSignal },
	): Promise<INodeExecutionData[]> {
		try {
			const settings = readSettings(this.context, itemIndex);
			this.group ??= new JobGroup({ concurrencyLimit: readConcurrency(this.context) });
			const prepare = async (options: { signal: AbortSignal }) =>
				await this.preparer.prepare(itemIndex, clients, options);
			const run = await this.group.run(prepare, { ...settings.run, signal });
			const items = await this.download(itemIndex, run, settings, { signal });
			this.statistics.add(true, run.attempts);
			return items;
		} catch (error) {
			const { attempts } = error as { attempts?: unknown };
			this.statistics.add(false, typeof attempts === 'number' ? attempts : 0);
			throw asError(error);
		}
	}

	/** The output of a job. @throws JobTimeoutError when the files are not there before the deadline of the job */
	private async download(
		itemIndex: number,
		run: FinishedJob<PreparedJob>,
		settings: Settings,
		{ signal }: { signal: AbortSignal },
	): Promise<INodeExecutionData[]> {
		const deadline = new Deadline({ signal });
		deadline.start(run.remainingMs);
		const options = { signal: deadline.signal };
		try {
			return await this.downloads.run(
				async () => await toOutput(this.context, itemIndex, run, settings, this.hints, options),
				options,
			);
		} catch (error) {
			if (!deadline.caused(error)) throw asError(error);
			throw withAttempts(toDownloadTimeoutError(run.result.promptId, settings.run.timeoutMs), run.attempts);
		} finally {
			deadline.end();
		}
	}

	/** Shows the summary and the hints after the last item. */
	finish(): void {
		this.hints.setSummary(this.statistics.summary());
		this.hints.show(this.context);
	}

	/** Cancels the jobs when the execution was stopped, or failed by an item. */
	async cancelAll(): Promise<UncancelledJob[]> {
		const stopped = this.context.getExecutionCancelSignal()?.aborted === true;
		return (await this.group?.cancelAll({ where: (job) => !stopped || job.cancelOnAbort })) ?? [];
	}
}
