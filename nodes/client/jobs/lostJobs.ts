import { type AbortOptions, delay, linkSignals, orAborted } from '../core/time';
import { asError } from '../core/errors';
import { isRetryable } from '../core/retry';
import type { JobClient } from './JobClient';
import type { JobState } from './JobRecord';

/** A job as its server has it. */
export interface JobOnServer {
	/** Its ID there. */
	promptId: string;
	state: JobState;
}

const SECOND_REQUEST_MS = 300;
/** Between two questions for jobs that were lost with their servers, ms. */
const RETURN_AGAIN_MS = 1_000;

/**
 * Looks for a job on its server, in any state. Asks twice: a job that has just ended may be nowhere for a moment.
 * @returns undefined when the server does not have it
 */
export async function findOnServer(
	client: JobClient,
	promptId: string,
	{ signal }: AbortOptions,
): Promise<JobOnServer | undefined> {
	const first = await client.getJob(promptId, { signal });
	if (first.state !== 'lost') return { promptId: first.promptId, state: first.state };
	await delay(SECOND_REQUEST_MS, { signal });
	const second = await client.getJob(promptId, { signal });
	return second.state === 'lost' ? undefined : { promptId: second.promptId, state: second.state };
}

/** The copy of a job that a server of a pool had before. */
export interface Copy<T> {
	/** Runs it; the signal stops it. */
	run: (options: AbortOptions) => Promise<T>;
	/** Its ID; undefined before it is submitted. */
	id: () => string | undefined;
	/** Cancels a lost job that counts less than its copy. */
	cancelLost: (client: JobClient, promptId: string, options: AbortOptions) => Promise<void>;
}

/**
 * The jobs of one run that were lost with their servers. Nobody listens at the address of a server whose proxy or tunnel
 * has ended either, and behind that the job goes on: so a server that comes back is asked for the job.
 */
export class LostJobs<J extends { client: JobClient }> {
	private readonly jobs = new Map<string, J>();
	private added = () => {};

	/** @param promptId its ID on the server that is gone */
	add(job: J, promptId: string): void {
		this.jobs.set(promptId, job);
		this.added();
	}

	/**
	 * Runs the copy of a job. If a server comes back meanwhile with a job that was lost with it, the one that is further
	 * counts, so that two results are never used.
	 * @returns the result of the copy; or a job that came back, whose copy is stopped but not cancelled
	 * @throws what `run` throws
	 */
	async runCopy<T>(
		copy: Copy<T>,
		{ signal }: AbortOptions,
	): Promise<{ result: T } | { returned: { job: J; promptId: string } }> {
		const { controller: watch, unlink } = linkSignals(signal);
		const replaced = new AbortController();
		let returned: { job: J; promptId: string } | undefined;
		const watching = this.untilOneCounts(copy, { signal: watch.signal }).then(
			(found) => {
				returned = found;
				replaced.abort();
			},
			() => {}, // only the watch ends: the copy goes on, as if the server had not come back
		);
		try {
			return { result: await copy.run({ signal: replaced.signal }) };
		} catch (error) {
			if (!returned) throw asError(error);
			return { returned };
		} finally {
			watch.abort();
			unlink();
			await watching;
		}
	}

	/** Waits until a server comes back with a job that is at least as far as its copy. */
	private async untilOneCounts<T>(
		copy: Copy<T>,
		{ signal }: AbortOptions,
	): Promise<{ job: J; promptId: string }> {
		for (;;) {
			const { job, promptId, state } = await this.untilReturned({ signal });
			const copyState = await stateOf(job.client, copy.id(), { signal });
			if (stageOf(state) >= stageOf(copyState)) return { job, promptId };
			await copy.cancelLost(job.client, promptId, { signal });
		}
	}

	private async untilReturned({ signal }: AbortOptions): Promise<JobOnServer & { job: J }> {
		for (;;) {
			for (const [lostId, job] of this.jobs) {
				try {
					const found = await findOnServer(job.client, lostId, { signal });
					this.jobs.delete(lostId); // `found` may have the name of the server in its ID besides
					if (found) return { ...found, job };
				} catch (error) {
					if (signal?.aborted || !isRetryable(error, true)) throw asError(error);
				}
			}
			if (this.jobs.size > 0) await delay(RETURN_AGAIN_MS, { signal });
			else await orAborted(new Promise<void>((resolve) => (this.added = resolve)), { signal });
		}
	}
}

/** The state of a copy; `lost` when it is not submitted, `unknown` when its server does not answer. */
async function stateOf(
	client: JobClient,
	promptId: string | undefined,
	{ signal }: AbortOptions,
): Promise<JobState> {
	if (promptId === undefined) return 'lost';
	try {
		return (await client.getJob(promptId, { signal })).state;
	} catch (error) {
		if (signal?.aborted || !isRetryable(error, true)) throw asError(error);
		return 'unknown';
	}
}

/** How far a job is. One that has ended, in whatever way, is further than one that runs. */
function stageOf(state: JobState): number {
	const stages: JobState[] = ['lost', 'unknown', 'pending', 'running'];
	return stages.includes(state) ? stages.indexOf(state) : stages.length;
}
