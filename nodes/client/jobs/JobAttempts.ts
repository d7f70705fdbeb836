import { type AbortOptions, delay, linkSignals } from '../core/time';
import {
	isComfyUiError,
	JobTimeoutError,
	AbortedError,
	asError,
	ExecutionError,
	JobLostError,
	copyError,
	UnreachableFileError,
	type ComfyUiError,
	type ErrorCode,
} from '../core/errors';
import { type JobResult, type ResultOptions, toSubmitTimeoutError, toTimeoutError } from './result';
import type { JobProgress } from './JobRecord';
import type { JobClient } from './JobClient';
import { findOnServer, LostJobs } from './lostJobs';
import type { QueueOptions } from './submission';
import { isAmbiguousSubmit, wasRefused, type SubmittedJobs } from './SubmittedJobs';
import { cancelAtDeadline, Deadline, leaveAtDeadline } from './deadline';
import type { Semaphore } from '../core/Semaphore';
import { retry, isRetryable, type RetryPolicy } from '../core/retry';
import type { NodeErrors } from '../protocol/validation';

/** A job that is ready to be submitted. */
export interface RunnableJob {
	client: JobClient;
	/** Whatever `queuePrompt` takes. */
	workflow: unknown;
	options?: QueueOptions;
}

/** How to run a job to its end. */
export interface RunOptions extends ResultOptions {
	/**
	 * Deadline of the preparation and all attempts together, ms from when it is the job's turn. Default one hour.
	 * Cancelling the job may take up to 10 s more.
	 */
	timeoutMs?: number;
	/** Default: 2 retries, the first after about 5 s. */
	retry?: Partial<RetryPolicy> & {
		/** Whether to also retry a job when one of its nodes failed. Default false. */
		failedNodes?: boolean;
	};
	/** Whether to cancel the job at the deadline. Default true. */
	cancelOnTimeout?: boolean;
	/** Whether to cancel the job when the signal fires. Default true. */
	cancelOnAbort?: boolean;
	onProgress?: (progress: JobProgress) => void;
	signal?: AbortSignal;
}

/** A job that ended well. */
export interface FinishedJob<J extends RunnableJob = RunnableJob> {
	/** What `prepare` returned. */
	job: J;
	result: JobResult;
	/** How often the job was begun, from 1. */
	attempts: number;
	/** Outputs that the server left out, by node id. */
	nodeErrors: NodeErrors;
	/** What is left of `timeoutMs`, ms, such as for the download of the files. */
	remainingMs: number;
}

/** Makes a job. */
export type PrepareJob<J extends RunnableJob> = (options: { signal: AbortSignal }) => Promise<J>;

/** What the jobs of one group share. */
export interface SharedByJobs {
	submitted: SubmittedJobs;
	/** First attempts: one after the other, so that jobs are queued in order. */
	firstAttempts: Semaphore;
	/** Retries, which do not wait for the first attempts that are still to come. */
	retries: Semaphore;
	/** A server has accepted a job. */
	serverHasAnswered: boolean;
}

export const DEFAULT_TIMEOUT_MS = 60 * 60_000;
const DEFAULT_RETRY: RetryPolicy = { retries: 2, waitMs: 5_000 };

/** One job from its preparation to its end, with all attempts. */
export class JobAttempts<J extends RunnableJob> {
	/** Attempts begun so far. */
	count = 0;
	private job?: J;
	/** The last job that was submitted and is not known to have ended. */
	private promptId?: string;
	/** Jobs that were lost with their servers of a pool. */
	private readonly lost = new LostJobs<J>();
	/** The error that left open whether the server accepted the job. */
	private ambiguousSubmitError?: unknown;
	private nodeErrors: NodeErrors = {};
	/** Why no server of the pool could be used. */
	private waitedFor?: string;
	private readonly deadline: Deadline;

	/** @param prepare makes the job, once for all attempts */
	constructor(
		private readonly shared: SharedByJobs,
		private readonly prepare: PrepareJob<J>,
		private readonly options: RunOptions,
	) {
		this.deadline = new Deadline(options);
	}

	/** @throws the error of the last attempt, with the number of attempts in it */
	async run(): Promise<FinishedJob<J>> {
		const { failedNodes = false, ...policy } = this.options.retry ?? {};
		try {
			return await retry(async (attempt) => await this.attempt(attempt), {
				...DEFAULT_RETRY,
				...policy,
				shouldRetry: (error) => isRetryableJob(error, this.shared.serverHasAnswered, failedNodes),
				isPauseNeedless: (error) => this.isOnOtherServer(error),
				deadline: () => this.deadline.time,
				signal: this.deadline.signal,
			});
		} catch (error) {
			throw withAttempts(this.deadline.caused(error) ? this.notSubmitted(error) : error, this.count);
		} finally {
			this.deadline.end();
		}
	}

	private async attempt(attempt: number): Promise<FinishedJob<J>> {
		this.count = attempt;
		const semaphore = attempt === 1 ? this.shared.firstAttempts : this.shared.retries;
		const done = await this.runUnlessReturned(semaphore);
		const { remainingMs } = this.deadline;
		return { ...done, attempts: attempt, nodeErrors: this.nodeErrors, remainingMs };
	}

	/** @param options.signal stops it like the deadline and the signal of the caller */
	private async beginAndWait(
		semaphore: Semaphore,
		options: AbortOptions = {},
	): Promise<{ job: J; result: JobResult }> {
		const begin = linkSignals(this.deadline.signal, options.signal);
		const wait = linkSignals(this.options.signal, options.signal);
		try {
			const begun = await this.beginWhenServersAnswer(semaphore, { signal: begin.controller.signal });
			const { job, promptId } = begun;
			return { job, result: await this.wait(job, promptId, { signal: wait.controller.signal }) };
		} finally {
			begin.unlink();
			wait.unlink();
		}
	}

	/** Runs the job, unless a server comes back on which an earlier attempt goes on; see {@link LostJobs}. */
	private async runUnlessReturned(semaphore: Semaphore): Promise<{ job: J; result: JobResult }> {
		const { submitted } = this.shared;
		const { signal } = this.deadline;
		const { cancelOnAbort, signal: stop } = this.options;
		const adopt = (client: JobClient, promptId: string) =>
			submitted.add(client, promptId, { owner: this, cancelOnAbort });
		const copy = {
			run: async (options: AbortOptions) => await this.beginAndWait(semaphore, options),
			id: () => this.promptId,
			cancelLost: async (client: JobClient, promptId: string, options: AbortOptions) => {
				adopt(client, promptId);
				await submitted.cancelAll({ where: (one) => one.promptId === promptId, ...options });
			},
		};
		const done = await this.lost.runCopy(copy, { signal });
		if ('result' in done) return done.result;
		const { job, promptId } = done.returned;
		await submitted.cancelAll({ where: ({ owner }) => owner === this, signal }); // once more at the end, if that fails
		adopt(job.client, promptId);
		this.promptId = promptId;
		return { job, result: await this.wait(job, promptId, { signal: stop }) };
	}

	/** Begins the job as soon as a server of its pool can be used, until the deadline. */
	private async beginWhenServersAnswer(
		semaphore: Semaphore,
		{ signal }: AbortOptions,
	): Promise<{ job: J; promptId: string }> {
		for (let hasPreparedAgain = false; ; ) {
			try {
				return await this.begin(semaphore, { signal });
			} catch (error) {
				if (error instanceof UnreachableFileError && !hasPreparedAgain) {
					hasPreparedAgain = true; // a file that was uploaded for the job is uploaded again, to a server that answers
					continue;
				}
				if (!isPoolDown(error)) throw asError(error);
				this.waitedFor = error.message;
				await delay(POOL_AGAIN_MS, { signal });
			}
		}
	}

	/** Submits the job, unless the server has the one of an earlier attempt: no job may run twice. */
	private async begin(semaphore: Semaphore, { signal }: AbortOptions): Promise<{ job: J; promptId: string }> {
		const prepareJob = async () => {
			this.deadline.start(this.timeoutMs);
			return (this.job ??= await this.prepare({ signal: this.deadline.signal }));
		};
		let job = this.job;
		// A pool keeps the jobs in order itself, and one that waits for a server must not stop those for other servers.
		if (!job?.client.host.pool) {
			const begun = await semaphore.run(
				async () => {
					job = await prepareJob();
					return job.client.host.pool ? undefined : await this.submitOnce(job, { signal });
				},
				{ signal },
			);
			if (begun) return begun;
		}
		return await this.submitOnce(job as J, { signal });
	}

	private async submitOnce(job: J, { signal }: AbortOptions): Promise<{ job: J; promptId: string }> {
		const found = this.promptId && (await findOnServer(job.client, this.promptId, { signal }));
		if (found) {
			this.ambiguousSubmitError = undefined;
			this.shared.submitted.rename(this.promptId as string, found.promptId);
			return { job, promptId: (this.promptId = found.promptId) };
		}
		if (this.ambiguousSubmitError && !(await keepsPromptIds(job.client, { signal }))) {
			throw this.ambiguousSubmitError;
		}
		return { job, promptId: await this.submit(job, { signal }) };
	}

	private async submit(job: J, { signal }: AbortOptions): Promise<string> {
		const { client, workflow, options } = job;
		const { cancelOnAbort } = this.options;
		// A fresh one for each attempt: servers do not check whether an ID was used before.
		const promptId = crypto.randomUUID();
		this.promptId = promptId;
		this.ambiguousSubmitError = undefined;
		try {
			const queued = await this.shared.submitted.submit(
				client,
				workflow,
				{ waitForServer: true, ...options, promptId, onGone: (id) => this.lost.add(job, id), signal },
				{ owner: this, cancelOnAbort },
			);
			this.shared.serverHasAnswered = true;
			this.nodeErrors = queued.nodeErrors;
			return (this.promptId = queued.promptId);
		} catch (error) {
			if (error instanceof UnreachableFileError) this.job = undefined; // prepared again, it uploads the file again
			if (isAmbiguousSubmit(error)) this.ambiguousSubmitError = error;
			else if (wasRefused(error)) this.promptId = undefined;
			throw asError(error);
		}
	}

	private async wait(job: J, promptId: string, { signal }: AbortOptions): Promise<JobResult> {
		const { client } = job;
		const { onProgress, includeTemp } = this.options;
		const timeoutMs = this.deadline.remainingMs;
		try {
			const result = await client.waitForCompletion(promptId, { timeoutMs, signal, onProgress, includeTemp });
			this.forget(promptId);
			return result;
		} catch (error) {
			if (isComfyUiError(error) && (FINAL.has(error.code) || isGone(error))) this.forget(promptId);
			if (isGone(error)) this.lost.add(job, promptId);
			throw error instanceof JobTimeoutError ? await this.timedOut(client, error) : asError(error);
		}
	}

	/** The error of the deadline, which covers all attempts. */
	private async timedOut(client: JobClient, error: JobTimeoutError): Promise<Error> {
		const { signal, cancelOnTimeout = true } = this.options;
		const { lastKnown, observedResponses } = error;
		const timeout = toTimeoutError(lastKnown as unknown as JobProgress, this.timeoutMs, observedResponses);
		this.forget(error.promptId);
		return await (cancelOnTimeout ? cancelAtDeadline : leaveAtDeadline)(client, timeout, { signal });
	}

	/** The error of a deadline that passed before the server confirmed the job. A job that is to be cancelled stays with `submitted`. */
	private notSubmitted(error: unknown): Error {
		const waitedFor = (error instanceof AbortedError ? error.waitedFor : undefined) ?? this.waitedFor;
		const { promptId } = this;
		if (promptId !== undefined && this.options.cancelOnTimeout === false) this.forget(promptId);
		return toSubmitTimeoutError(promptId, this.timeoutMs, waitedFor);
	}

	/** Whether the job was lost with its server, so that another one can begin at once. */
	private isOnOtherServer(error: unknown): boolean {
		return error instanceof JobLostError && this.job?.client.host.pool !== undefined;
	}

	private get timeoutMs(): number {
		return this.options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
	}

	/** The server does not have the job any more, or it is to go on by itself. */
	private forget(promptId: string): void {
		this.shared.submitted.remove(promptId);
		this.promptId = undefined;
	}
}

/**
 * Whether a job can be found by the ID that was asked for. Servers before 0.3.45, the first with `/features`,
 * give jobs IDs of their own, and so do hosts that hide their servers.
 */
async function keepsPromptIds(client: JobClient, { signal }: AbortOptions): Promise<boolean> {
	return client.host.server !== undefined && Object.keys(await client.getFeatures({ signal })).length > 0;
}

/** Errors after which the server certainly does not have the job any more. */
const FINAL = new Set<ErrorCode>(['execution', 'interrupted', 'cancelled']);

/** Pause while no server of a pool can be used, ms. */
const POOL_AGAIN_MS = 2_000;

/** Whether no server of a pool can be used now, for reasons that can pass. */
function isPoolDown(error: unknown): error is ComfyUiError {
	return isComfyUiError(error) && 'servers' in error && isRetryable(error, false);
}

/** Whether the job certainly does not run any more, because its server has ended. */
const isGone = (error: unknown) => error instanceof JobLostError && error.reason === 'server-down';

/** Whether the same job may succeed in another attempt. Jobs that were removed, cancelled or interrupted on purpose are not retried. */
function isRetryableJob(error: unknown, serverHasAnswered: boolean, failedNodes: boolean): boolean {
	if (error instanceof JobLostError) return error.reason !== 'removed';
	if (error instanceof ExecutionError) return failedNodes;
	return isRetryable(error, serverHasAnswered);
}

/** The error with the number of attempts as a member, and in its text when there were several. */
export function withAttempts(error: unknown, attempts: number): unknown {
	if (!isComfyUiError(error)) return error;
	const message = attempts > 1 ? `${error.message} (${attempts} attempts)` : error.message;
	return copyError(error, { message, attempts });
}
