import { copyError, asError, InvalidInputError, isComfyUiError } from '../core/errors';
import { Semaphore } from '../core/Semaphore';
import type { AbortOptions } from '../core/time';
import {
	JobAttempts,
	type FinishedJob,
	type PrepareJob,
	type RunnableJob,
	type RunOptions,
} from './JobAttempts';
import type { NodeErrors } from '../protocol/validation';
import type { JobResult } from './result';
import type { QueueOptions } from './submission';
import { RunStatistics } from './RunStatistics';
import {
	type CancelAllOptions,
	describeUncancelled,
	SubmittedJobs,
	type UncancelledJob,
} from './SubmittedJobs';

/** Retries at the same time; first attempts go one after the other. */
const MAX_PARALLEL_RETRIES = 6;

/** How the jobs of a group are run. */
export interface JobGroupOptions {
	/** How many jobs may be queued or running at once. Default: no limit, so that the server is never idle. */
	concurrencyLimit?: number;
}

/** How `ComfyUiClient.run` runs a workflow. */
export interface RunWorkflowOptions extends RunOptions {
	/** How to submit the job. A prompt ID cannot be chosen: each attempt gets a fresh one. */
	queue?: Omit<QueueOptions, 'promptId' | 'signal'>;
	/**
	 * Makes the workflow that is sent, such as by uploading files and setting inputs. Runs once, when it is the job's
	 * turn, and again only if it fails with an error that is worth a retry.
	 */
	prepare?: (workflow: unknown, options: AbortOptions) => Promise<unknown>;
	/** Jobs that share limits and are cancelled together. Default: the job by itself, cancelled when the signal fires. */
	group?: JobGroup;
}

/** What `ComfyUiClient.run` returns. */
export interface RunResult extends JobResult {
	/** How often the job was begun, from 1. */
	attempts: number;
	/** Outputs that the server left out, by node id. */
	nodeErrors: NodeErrors;
}

/**
 * Runs many jobs, on one server or several, and cancels them together. First attempts are submitted one after
 * the other, in the order of the calls of `run`; retries do not wait for them.
 */
export class JobGroup {
	/** How the jobs ended so far. */
	readonly statistics = new RunStatistics();
	private readonly submitted = new SubmittedJobs();
	private readonly concurrency: Semaphore;
	private readonly shared = {
		submitted: this.submitted,
		firstAttempts: new Semaphore(1),
		retries: new Semaphore(MAX_PARALLEL_RETRIES),
		serverHasAnswered: false,
	};

	/** @throws InvalidInputError for a limit below 1 */
	constructor({ concurrencyLimit = Infinity }: JobGroupOptions = {}) {
		if (!(concurrencyLimit >= 1))
			throw new InvalidInputError('The concurrency limit is not a number from 1 on.');
		this.concurrency = new Semaphore(concurrencyLimit);
	}

	/**
	 * Runs a job to its end. It counts towards the concurrency limit from its preparation to the end of its last
	 * attempt, since until then the server may have it.
	 * @param prepare makes the job: called once, when it is the job's turn; called again when it failed for a
	 * reason that is worth a retry. Its signal also fires at the deadline.
	 * @throws the error of the last attempt, with the member `attempts`
	 * @throws AbortedError when the signal fires; the job stays on the server until {@link cancelAll}
	 */
	async run<J extends RunnableJob>(
		prepare: PrepareJob<J>,
		options: RunOptions = {},
	): Promise<FinishedJob<J>> {
		const attempts = new JobAttempts(this.shared, prepare, options);
		try {
			const { signal } = options;
			const run = await this.concurrency.run(async () => await this.runAttempts(attempts, options), {
				signal,
			});
			this.statistics.add(true, run.attempts);
			return run;
		} catch (error) {
			this.statistics.add(false, attempts.count);
			throw asError(error);
		}
	}

	/**
	 * Cancels the jobs that have not ended; see {@link SubmittedJobs.cancelAll}.
	 * @returns the jobs that could not be cancelled
	 */
	async cancelAll(options?: CancelAllOptions): Promise<UncancelledJob[]> {
		return await this.submitted.cancelAll(options);
	}

	/** Cancels what earlier attempts left behind, so that it does not run after all. */
	private async runAttempts<J extends RunnableJob>(
		attempts: JobAttempts<J>,
		{ signal }: RunOptions,
	): Promise<FinishedJob<J>> {
		const cancelLeftovers = async () =>
			describeUncancelled(
				await this.submitted.cancelAll({ where: ({ owner }) => owner === attempts, signal }),
			);
		const outcome = await attempts.run().then(
			(run) => ({ run }),
			(error: unknown) => ({ error }),
		);
		if ('error' in outcome) {
			if (signal?.aborted) throw outcome.error;
			throw withHint(outcome.error, await cancelLeftovers());
		}
		const { run } = outcome;
		const warning = await cancelLeftovers();
		if (!warning) return run;
		return { ...run, result: { ...run.result, warnings: [...run.result.warnings, warning] } };
	}
}

/** The error with a further sentence in its hint. */
export function withHint(error: unknown, hint: string | undefined): unknown {
	if (!hint || !isComfyUiError(error)) return error;
	return copyError(error, { hint: [error.hint, hint].filter(Boolean).join(' ') });
}
