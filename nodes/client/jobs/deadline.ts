import { asError, isComfyUiError, JobTimeoutError } from '../core/errors';
import { type AbortOptions, callAfter, linkSignals, now, orAborted } from '../core/time';
import type { JobClient } from './JobClient';
import { NO_ANSWER } from './JobWaiter';
import { reasonOf, SubmittedJobs } from './SubmittedJobs';

/** Limits the time of several steps together. Its signal fires at the deadline, and when the signal of the caller fires. */
export class Deadline {
	/** For every step. */
	readonly signal: AbortSignal;
	private at = Infinity;
	private isOver = false;
	private readonly controller: AbortController;
	private readonly unlink: () => void;
	private forgetTimer = () => {};

	/** The time does not run before {@link start}; {@link end} has to follow. */
	constructor({ signal }: AbortOptions = {}) {
		({ controller: this.controller, unlink: this.unlink } = linkSignals(signal));
		this.signal = this.controller.signal;
	}

	/** Begins to count, unless it counts already. @param ms how long until the deadline */
	start(ms: number): void {
		if (this.at !== Infinity) return;
		this.at = now() + ms;
		this.forgetTimer = callAfter(ms, () => {
			if (this.signal.aborted) return; // stopped by the caller
			this.isOver = true;
			this.controller.abort();
		});
	}

	/** Monotonic ms, see `now`; Infinity before the start. */
	get time(): number {
		return this.at;
	}

	/** Milliseconds, 0 at the least. */
	get remainingMs(): number {
		return Math.max(this.at - now(), 0);
	}

	/** Whether an error is the abort of a step at the deadline, not a stop by the caller and no failure of the step. */
	caused(error: unknown): boolean {
		return this.isOver && isComfyUiError(error) && error.code === 'aborted';
	}

	/** Ends the timer. Aborts steps that still run. */
	end(): void {
		this.unlink();
		this.forgetTimer();
		this.controller.abort();
	}
}

/**
 * Runs a step of an operation that has a deadline.
 * @param deadline monotonic ms, see `now`
 * @returns what the step returns; `timeout` when it is not done in time
 * @throws AbortedError when the signal fires, else the error of the step
 */
export async function untilDeadline<T>(
	step: (options: { signal: AbortSignal }) => Promise<T>,
	deadline: number,
	{ signal }: AbortOptions = {},
): Promise<T | 'timeout'> {
	const limit = new Deadline({ signal });
	limit.start(deadline - now());
	try {
		return await orAborted(step({ signal: limit.signal }), { signal: limit.signal });
	} catch (error) {
		if (limit.caused(error)) return 'timeout';
		throw asError(error);
	} finally {
		limit.end();
	}
}

/**
 * Cancels a job that did not end in time, for at most 10 s.
 * @returns the timeout error, with a hint that says whether the job was cancelled
 * @throws AbortedError when the signal fires
 */
export async function cancelAtDeadline(
	client: Pick<JobClient, 'cancel'>,
	{ message, promptId, lastKnown, observedResponses }: JobTimeoutError,
	{ signal }: AbortOptions = {},
): Promise<JobTimeoutError> {
	const jobs = new SubmittedJobs();
	jobs.add(client, promptId);
	const [uncancelled] = await jobs.cancelAll({ signal });
	const outcome = uncancelled
		? `It could not be cancelled (${reasonOf(uncancelled.error)}): check it in the ComfyUI editor.`
		: 'It was cancelled on the server.';
	const hint = `${outcome} Raise the timeout if it needs longer.`;
	return new JobTimeoutError(message, promptId, lastKnown, hint, observedResponses);
}

/** How long the server is asked for a job once more after the deadline, ms. */
const LAST_REQUEST_MS = 5_000;

/**
 * The state of a job after its deadline.
 * @throws the timeout error when the server does not answer; other errors when the server cannot be asked
 */
export async function askAtDeadline<T>(
	ask: (options: { signal: AbortSignal }) => Promise<T>,
	timeout: JobTimeoutError,
	{ signal }: AbortOptions = {},
): Promise<T> {
	const answer = await untilDeadline(ask, now() + LAST_REQUEST_MS, { signal });
	if (answer === 'timeout') throw timeout;
	return answer;
}

/**
 * The timeout error of a job that goes on. When nothing is known of the job, a server that answers is asked once more.
 * @throws ConnectionError and others when it cannot be asked: that says more than an unknown state
 */
export async function leaveAtDeadline(
	client: Pick<JobClient, 'getJob'>,
	error: JobTimeoutError,
	{ signal }: AbortOptions = {},
): Promise<JobTimeoutError> {
	const isSilent = error.observedResponses.at(-1) === NO_ANSWER;
	if (error.lastKnown.state === 'unknown' && !isSilent) {
		await askAtDeadline(async (options) => await client.getJob(error.promptId, options), error, { signal });
	}
	return error;
}
