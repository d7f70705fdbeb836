import { inParallel } from '../core/Semaphore';
import type { JobOutcome } from '../protocol/history';
import type { JobStatus } from './HostJobs';

const MAX_PARALLEL = 6;

/** The outcome of an ended job; undefined for every other status. */
export function outcomeOf(status: JobStatus): JobOutcome | undefined {
	return status.state === 'ended' ? status.outcome : undefined;
}

/** Polls every job by a request of its own, a few at a time. Adds to `found`, for hosts that know some already. */
export async function pollEach(
	promptIds: string[],
	poll: (promptId: string) => Promise<JobStatus>,
	found = new Map<string, JobStatus>(),
): Promise<Map<string, JobStatus>> {
	await inParallel(promptIds, MAX_PARALLEL, async (id) => void found.set(id, await poll(id)));
	return found;
}
