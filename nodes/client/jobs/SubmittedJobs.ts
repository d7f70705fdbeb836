import {
	AbortedError,
	asError,
	ConnectionError,
	HttpError,
	isComfyUiError,
	UnexpectedResponseError,
} from '../core/errors';
import { isRetryable, retry } from '../core/retry';
import { Semaphore } from '../core/Semaphore';
import { listed, tidy } from '../core/text';
import { type AbortOptions, delay, linkSignals, now, onAbort, throwIfAborted } from '../core/time';
import type { CancelResult } from '../hosts/Host';
import { mayHaveBeenAccepted } from '../hosts/submitOnce';
import type { JobClient } from './JobClient';
import type { QueuedJob, QueueOptions } from './submission';

/** A job that a server has or may have. */
export interface SubmittedJob {
	client: Pick<JobClient, 'cancel'>;
	promptId: string;
	/** What submitted it, such as one run, so that only its jobs can be cancelled. */
	owner?: unknown;
	/** Whether the job is to be cancelled too when its caller is stopped. */
	cancelOnAbort: boolean;
	/** The server confirmed that it has the job. */
	accepted: boolean;
}

interface OwnJob extends SubmittedJob {
	/** The end of a submission that is on its way; its answer may change the ID. */
	submission?: Promise<unknown>;
}

/** A job that could not be cancelled, and why. */
export interface UncancelledJob {
	promptId: string;
	error: unknown;
}

/** Which jobs to cancel, and until when. */
export interface CancelAllOptions extends AbortOptions {
	/** Default: all. */
	where?: (job: SubmittedJob) => boolean;
}

const MAX_PARALLEL_CANCELS = 50;
/**
 * For every 50 jobs, and for the time in which no job is cancelled: a stop must not hang on a server that does not
 * answer. With the submission that is on its way at the stop it ends within 10 s.
 */
const CANCEL_WITHIN_MS = 9_000;
/** However long the submission took. */
const MIN_CANCEL_MS = 3_000;
/** A server may handle a submission a little later than the client gave it up. */
const LATE_SUBMISSION_MS = 1_000;
/** How long a stopped submission may still take on hosts that choose the ID, which a cancellation needs. */
const ANSWER_WITHIN_MS = 6_000;
const CANCEL_RETRY = { retries: 6, waitMs: 500 };

/** The jobs of one run that are not known to have ended. Cancels them all when the run ends early. */
export class SubmittedJobs {
	private readonly jobs = new Map<string, OwnJob>();
	/** When a submission that was on its way was stopped. Monotonic ms, see `now`. */
	private stoppedAt?: number;

	/**
	 * Submits a job, and keeps it from before it is sent, since its answer may never come.
	 * @throws what `queuePrompt` throws; the job stays here when the server may have accepted it all the same
	 */
	async submit(
		client: JobClient,
		workflow: unknown,
		options: QueueOptions,
		{ owner, cancelOnAbort = true }: Partial<Pick<SubmittedJob, 'owner' | 'cancelOnAbort'>> = {},
	): Promise<QueuedJob> {
		const promptId = options.promptId ?? crypto.randomUUID();
		const job: OwnJob = { client, promptId, owner, cancelOnAbort, accepted: false };
		this.jobs.set(promptId, job);
		const forget = onAbort(options.signal, () => (this.stoppedAt ??= now()));
		const submission = client.queuePrompt(workflow, { ...options, promptId });
		job.submission = submission.catch(() => {}); // thrown below
		try {
			const queued = await submission;
			this.accept(job, queued.promptId);
			return queued;
		} catch (error) {
			if (wasRefused(error)) this.remove(promptId);
			throw asError(error);
		} finally {
			job.submission = undefined;
			forget();
		}
	}

	/** Adds a job that was submitted elsewhere. */
	add(
		client: Pick<JobClient, 'cancel'>,
		promptId: string,
		{ owner, cancelOnAbort = true }: Partial<Pick<SubmittedJob, 'owner' | 'cancelOnAbort'>> = {},
	): void {
		this.jobs.set(promptId, { client, promptId, owner, cancelOnAbort, accepted: true });
	}

	/** A job was found under another ID than the one that was asked for. */
	rename(promptId: string, newId: string): void {
		const job = this.jobs.get(promptId);
		if (job) this.accept(job, newId);
	}

	/** The server has the job, under this ID. */
	private accept(job: OwnJob, promptId: string): void {
		this.jobs.delete(job.promptId);
		Object.assign(job, { promptId, accepted: true });
		this.jobs.set(promptId, job);
	}

	/** Removes a job that has ended or is to go on by itself. */
	remove(promptId: string): void {
		this.jobs.delete(promptId);
	}

	/**
	 * Cancels jobs, the last submitted first: otherwise each would start when the one before it is cancelled.
	 * Waits for submissions that are on their way, since a host may choose the ID. Repeats what the server is too busy
	 * for (429, 5xx), and asks twice for jobs whose submission got no answer. Takes at most 9 s for each 50 jobs, and gives up when no job is cancelled for so long.
	 * @returns the jobs that could not be cancelled, which stay here; see {@link describeUncancelled}
	 * @throws AbortedError when the signal fires
	 */
	async cancelAll({ where = () => true, signal }: CancelAllOptions = {}): Promise<UncancelledJob[]> {
		const jobs = [...this.jobs.values()].filter(where).reverse();
		if (jobs.length === 0) return [];
		const { controller: giveUp, unlink } = linkSignals(signal);
		const limit = new CancelLimit(jobs.length, this.remainingMs());
		void limit.passed({ signal: giveUp.signal }).then((isPassed) => isPassed && giveUp.abort());
		const semaphore = new Semaphore(MAX_PARALLEL_CANCELS);
		const options = { signal: giveUp.signal };
		const cancelOne = async (job: OwnJob): Promise<UncancelledJob | undefined> => {
			try {
				await answerTo(job, options);
				if (this.jobs.get(job.promptId) === job)
					await semaphore.run(async () => await cancelSubmitted(job, options), options);
				this.remove(job.promptId);
				limit.extend();
				return undefined;
			} catch (error) {
				return { promptId: job.promptId, error };
			}
		};
		try {
			const results = await Promise.all(jobs.map(cancelOne));
			throwIfAborted(signal);
			return results.filter((result) => result !== undefined);
		} finally {
			unlink();
			giveUp.abort();
		}
	}

	/** How long the first cancellation may take, ms: a stopped submission may have used up most of the time. */
	private remainingMs(): number {
		const spentMs = this.stoppedAt === undefined ? 0 : now() - this.stoppedAt;
		this.stoppedAt = undefined;
		return Math.max(CANCEL_WITHIN_MS - spentMs, MIN_CANCEL_MS);
	}
}

/** Until when jobs are cancelled. */
class CancelLimit {
	/** Monotonic ms, see `now`. */
	private at: number;
	private readonly end: number;

	constructor(jobs: number, firstMs: number) {
		this.at = now() + firstMs;
		this.end = now() + firstMs + CANCEL_WITHIN_MS * (Math.ceil(jobs / MAX_PARALLEL_CANCELS) - 1);
	}

	/** A job was cancelled: the server answers. */
	extend(): void {
		this.at = Math.min(now() + CANCEL_WITHIN_MS, this.end);
	}

	/** Waits until the limit; false when the signal has fired before. */
	async passed({ signal }: { signal: AbortSignal }): Promise<boolean> {
		try {
			while (now() < this.at) await delay(this.at - now(), { signal });
			return true;
		} catch {
			return false;
		}
	}
}

async function answerTo({ submission }: OwnJob, { signal }: { signal: AbortSignal }): Promise<void> {
	if (submission) await Promise.race([submission, delay(ANSWER_WITHIN_MS, { signal })]);
}

async function cancelSubmitted(
	{ client, promptId, accepted }: SubmittedJob,
	options: { signal: AbortSignal },
): Promise<void> {
	const found = await cancelWithRetries(client, promptId, options);
	if (found !== 'nothing' || accepted) return;
	await delay(LATE_SUBMISSION_MS, options);
	await cancelWithRetries(client, promptId, options);
}

/**
 * Cancels one job, and repeats the request while the server is too busy or the connection breaks.
 * @throws the last error of the server, also when the signal fires before it has succeeded
 */
export async function cancelWithRetries(
	client: Pick<JobClient, 'cancel'>,
	promptId: string,
	{ signal }: AbortOptions = {},
): Promise<CancelResult> {
	let lastError: unknown;
	const cancel = async () =>
		await client.cancel(promptId, { signal }).catch((error: unknown) => {
			if (!signal?.aborted) lastError = error;
			throw asError(error);
		});
	try {
		// What cannot be reached at all is not asked again: a stop should be quick.
		const shouldRetry = (error: unknown) =>
			error instanceof ConnectionError ? mayHaveBeenAccepted(error) : isRetryable(error, true);
		return await retry(cancel, { ...CANCEL_RETRY, shouldRetry, signal });
	} catch (error) {
		throw asError(lastError ?? error);
	}
}

/** One or two sentences on jobs that could not be cancelled; undefined when there are none. */
export function describeUncancelled(jobs: readonly UncancelledJob[]): string | undefined {
	if (jobs.length === 0) return undefined;
	const reasons = new Set(jobs.map(({ error }) => reasonOf(error)));
	const what = jobs.length === 1 ? 'A job' : `${jobs.length} jobs`;
	const ids = listed(
		jobs.map(({ promptId }) => promptId),
		10,
	);
	return `${what} could not be cancelled and may still run: ${ids}. ${[...reasons].slice(0, 3).join(' ')}`;
}

/** Why a job could not be cancelled, as a sentence. @param error of {@link UncancelledJob} */
export function reasonOf(error: unknown): string {
	if (isComfyUiError(error) && error.code === 'aborted') return 'The server did not answer in time.';
	return tidy(error instanceof Error ? error.message : String(error), 200);
}

/** Whether an error of a submission leaves open whether the server accepted the job. */
export function isAmbiguousSubmit(error: unknown): boolean {
	if (error instanceof UnexpectedResponseError) return true; // a proxy before the server may have answered
	return (
		mayHaveBeenAccepted(error) ||
		(error instanceof HttpError && (error.status === 408 || (error.status >= 500 && error.status !== 503)))
	);
}

/** Whether the server certainly does not have the job. A stopped request may have reached it. */
export function wasRefused(error: unknown): boolean {
	if (error instanceof AbortedError) return error.waitedFor !== undefined; // it waited for its turn
	return !isAmbiguousSubmit(error) && isComfyUiError(error);
}
