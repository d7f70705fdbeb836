import { now, delay } from '../client/core/time';
import {
	isComfyUiError,
	JobTimeoutError,
	asError,
	ExecutionError,
	HttpError,
	JobLostError,
	UnexpectedResponseError,
	type ErrorCode,
} from '../client/core/errors';
import type { JobProgress } from '../client/jobs/JobRecord';
import { type JobResult, toTimeoutError } from '../client/jobs/result';
import { toProblems } from '../client/protocol/validation';
import { cancelAtDeadline, leaveAtDeadline } from '../shared/jobTimeout';
import type { PreparedJob } from '../shared/workflow/JobPreparer';
import type { SubmittedJobs } from './SubmittedJobs';
import type { Settings } from './settings';
import type { Semaphore } from '../client/core/Semaphore';
import { retry, isRetryable } from '../client/core/retry';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { mayHaveBeenAccepted } from '../client/hosts/submitOnce';

/** What the jobs of one execution have in common. */
export interface Common {
	handedIn: SubmittedJobs;
	/** First attempts: one after the other, in the order of the items. */
	first: Semaphore;
	/** Further attempts, which do not wait behind the items that are still to come. */
	again: Semaphore;
	/** A server has taken a job. */
	reached: boolean;
}

/** A job that ended well. */
export interface Ran {
	job: PreparedJob;
	result: JobResult;
	attempts: number;
	/** Outputs that the server left out, one text each. */
	refused: string[];
}

/** The job of one item, from its preparation to its end, with all attempts. */
export class JobAttempts {
	attempts = 0;
	private job?: PreparedJob;
	/** Handed in, and not known to be over. */
	private promptId?: string;
	/** The error that left open whether the server took the job. */
	private doubt?: unknown;
	private refused: string[] = [];
	private deadline = Infinity;

	/** @param prepare makes the job, once for all attempts */
	constructor(
		private readonly common: Common,
		private readonly itemIndex: number,
		private readonly settings: Settings,
		private readonly prepare: () => Promise<PreparedJob>,
		private readonly signal: AbortSignal,
	) {}

	/** @throws the error of the last attempt, with the number of attempts in it */
	async toEnd(): Promise<Ran> {
		const policy = this.settings.retry;
		try {
			return await retry(async (attempt) => await this.attempt(attempt), {
				...policy,
				shouldRetry: (error) => mayPass(error, this.common.reached, policy.failedNodes),
				deadline: () => this.deadline,
				signal: this.signal,
			});
		} catch (error) {
			throw withAttempts(error, this.attempts);
		}
	}

	private async attempt(attempt: number): Promise<Ran> {
		this.attempts = attempt;
		const gate = attempt === 1 ? this.common.first : this.common.again;
		const { job, promptId } = await gate.run(async () => await this.begin(), { signal: this.signal });
		const result = await this.wait(job, promptId);
		return { job, result, attempts: attempt, refused: this.refused };
	}

	/** The job on the server: that of an earlier attempt when it is there after all, else a new one. */
	private async begin(): Promise<{ job: PreparedJob; promptId: string }> {
		const job = (this.job ??= await this.prepare());
		if (this.promptId && (await isThere(job.client, this.promptId, { signal: this.signal }))) {
			this.doubt = undefined;
			return { job, promptId: this.promptId };
		}
		if (this.doubt && !(await honoursIds(job.client, { signal: this.signal }))) throw this.doubt;
		return { job, promptId: await this.handIn(job) };
	}

	private async handIn({ client, workflow, options }: PreparedJob): Promise<string> {
		const { common, itemIndex, signal } = this;
		const { cancelOnStop, timeoutMs } = this.settings;
		const asked = crypto.randomUUID(); // a fresh one each time: servers do not check whether one was used
		this.promptId = asked;
		this.doubt = undefined;
		if (this.deadline === Infinity) this.deadline = now() + timeoutMs;
		common.handedIn.add({ client, promptId: asked, itemIndex, cancelOnStop });
		try {
			const taken = await client.queuePrompt(workflow, { ...options, promptId: asked, signal });
			common.handedIn.taken(asked, taken.promptId);
			common.reached = true;
			this.promptId = taken.promptId;
			this.refused = toProblems(taken.nodeErrors, workflow).map(({ text }) => text);
			return taken.promptId;
		} catch (error) {
			if (mayBeTaken(error)) this.doubt = error;
			else if (isComfyUiError(error) && error.code !== 'aborted') this.over(asked);
			throw asError(error);
		}
	}

	private async wait({ client }: PreparedJob, promptId: string): Promise<JobResult> {
		const timeoutMs = Math.max(this.deadline - now(), 0);
		try {
			const options = { timeoutMs, signal: this.signal, includeTemp: true };
			const result = await client.waitForCompletion(promptId, options);
			this.over(promptId);
			return result;
		} catch (error) {
			if (isEnding(error)) this.over(promptId);
			throw error instanceof JobTimeoutError ? await this.timedOut(client, error) : asError(error);
		}
	}

	/** The error of the deadline, which covers all attempts. */
	private async timedOut(client: PreparedJob['client'], error: JobTimeoutError): Promise<Error> {
		const { timeoutMs, cancelOnTimeout } = this.settings;
		const timeout = toTimeoutError(error.lastKnown as unknown as JobProgress, timeoutMs);
		if (cancelOnTimeout) return await cancelAtDeadline(client, timeout);
		this.over(error.promptId);
		return await leaveAtDeadline(client, timeout);
	}

	/** The server does not have the job, or it is to be left alone. */
	private over(promptId: string): void {
		this.common.handedIn.over(promptId);
		this.promptId = undefined;
	}
}

/** Questions about the job of an earlier attempt: no workflow may run twice. */

const SECOND_LOOK_MS = 300;

/** Whether a server still has a job, in whatever state. Looks twice: a job that has just ended may be nowhere for a moment. */
async function isThere(
	client: ComfyUiClient,
	promptId: string,
	{ signal }: { signal: AbortSignal },
): Promise<boolean> {
	if ((await client.getJob(promptId, { signal })).state !== 'lost') return true;
	await delay(SECOND_LOOK_MS, { signal });
	return (await client.getJob(promptId, { signal })).state !== 'lost';
}

/**
 * Whether a job can be found by the ID that was asked for. Servers before 0.3.45, which brought the features,
 * give jobs IDs of their own, and so do hosts that hide their servers.
 */
async function honoursIds(client: ComfyUiClient, { signal }: { signal: AbortSignal }): Promise<boolean> {
	return client.host.server !== undefined && Object.keys(await client.getFeatures({ signal })).length > 0;
}

/** Errors after which a job is known not to be on the server any more. */
const ENDINGS = new Set<ErrorCode>(['execution', 'interrupted', 'cancelled']);

/** Whether an error says that its job is over. */
function isEnding(error: unknown): boolean {
	return isComfyUiError(error) && ENDINGS.has(error.code);
}

/**
 * Whether the same job may succeed when it is run again. What somebody removed, cancelled or interrupted
 * was meant to stop.
 * @param reached the server has answered before
 * @param failedNodes a node that raised an error counts too
 */
function mayPass(error: unknown, reached: boolean, failedNodes: boolean): boolean {
	if (error instanceof JobLostError) return error.reason === 'restarted';
	if (error instanceof ExecutionError) return failedNodes;
	return isRetryable(error, reached);
}

/** Whether a job may have been taken although handing it in failed, by a broken connection or an odd answer. */
function mayBeTaken(error: unknown): boolean {
	if (error instanceof UnexpectedResponseError) return true; // whatever stands before the server answered instead
	return (
		mayHaveBeenAccepted(error) ||
		(error instanceof HttpError && (error.status === 408 || (error.status >= 500 && error.status !== 503)))
	);
}

/**
 * The same error with the number of attempts as a fact, and in its text when there were several. A copy:
 * jobs that fail together may share one error.
 */
export function withAttempts(error: unknown, attempts: number): unknown {
	if (!isComfyUiError(error)) return error;
	const message = attempts > 1 ? `${error.message} (${attempts} attempts)` : error.message;
	const copy = Object.create(
		Object.getPrototypeOf(error) as object,
		Object.getOwnPropertyDescriptors(error),
	) as object;
	Object.defineProperty(copy, 'message', { value: message, configurable: true, writable: true });
	return Object.assign(copy, { attempts });
}
