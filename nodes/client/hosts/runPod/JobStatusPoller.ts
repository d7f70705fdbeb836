import { type AbortOptions, now } from '../../core/time';
import { HttpError, asError } from '../../core/errors';
import { segment } from '../../transport/address';
import type { JobStatus } from '../HostJobs';
import { toJobStatus } from './jobStatus';
import type { Service } from './Api';
import { inParallel } from '../../core/Semaphore';

const PARALLEL_LOOKS = 6;
/** RunPod allows 2000 requests in ten seconds; with more jobs than this they take turns. */
const MAX_LOOKS = 60;
/** How long no job is looked at after a 429 that does not say for how long. */
const REST_MS = 2_000;
const LONGEST_REST_MS = 60_000;
/** Jobs that were handed in but that nobody waits for are forgotten at some time. */
const MAX_REMEMBERED = 10_000;
/** Ends hold files; RunPod itself keeps those of synchronous jobs for a minute. */
const MAX_ENDS = 50;

/**
 * Looks at jobs one by one, since RunPod has no list of them. Those whose turn it is not, and all while
 * RunPod wants a rest, are told as they were seen last.
 */
export class Looks {
	/** Jobs that have not ended; the one that was looked at longest ago comes first. */
	private readonly last = new Map<string, JobStatus>();
	/** Ends that came with the answer to `/runsync`, until somebody asks. */
	private readonly ends = new Map<string, JobStatus>();
	private restUntil = 0;
	private tired?: Error;

	constructor(private readonly service: Service) {}

	/** Takes note of what an answer said of a job. */
	learn(promptId: string, look: JobStatus): void {
		this.last.delete(promptId);
		if (look.state === 'ended') this.ends.set(promptId, look);
		else if (look.state !== 'absent') this.last.set(promptId, look);
		if (this.last.size > MAX_REMEMBERED) dropFirst(this.last);
		if (this.ends.size > MAX_ENDS) dropFirst(this.ends);
	}

	/** How jobs stand. */
	async all(promptIds: string[], { signal }: AbortOptions = {}): Promise<Map<string, JobStatus>> {
		const found = new Map<string, JobStatus>();
		await inParallel(this.turnsOf(promptIds, found), PARALLEL_LOOKS, async (id) => {
			found.set(id, await this.oneOrLast(id, { signal }));
		});
		return found;
	}

	/** How a job stands now. */
	async one(promptId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		const end = this.ends.get(promptId);
		this.ends.delete(promptId);
		if (end) return end;
		if (this.tired && now() < this.restUntil) throw this.tired;
		const path = `/status/${segment(promptId, 'job ID')}`;
		const response = await this.service.api.text({ path, signal });
		if (response.status === 429) throw this.rest(this.service.toError(response));
		const look: JobStatus =
			response.status === 404
				? { state: 'absent' }
				: toJobStatus(promptId, this.service.read(response, path), this.service.api);
		this.last.delete(promptId);
		if (look.state === 'pending' || look.state === 'running') this.last.set(promptId, look);
		return look;
	}

	/** The jobs to ask for now: all that were never seen, then those that have waited longest. */
	private turnsOf(promptIds: string[], found: Map<string, JobStatus>): string[] {
		const wanted = new Set(promptIds);
		const unseen = promptIds.filter((id) => !this.last.has(id));
		const seen = [...this.last].filter(([id]) => wanted.has(id));
		const turns = Math.max(MAX_LOOKS - unseen.length, 0);
		for (const [id, look] of seen.slice(turns)) found.set(id, look);
		return [...unseen, ...seen.slice(0, turns).map(([id]) => id)];
	}

	/** How a job stands now or, while RunPod wants a rest, how it was seen last. */
	async oneOrLast(promptId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		try {
			return await this.one(promptId, { signal });
		} catch (error) {
			const last = this.last.get(promptId);
			if (last && error instanceof HttpError && error.status === 429) return last;
			throw asError(error);
		}
	}

	private rest(error: Error): Error {
		const asked = error instanceof HttpError ? error.retryAfterMs : undefined;
		this.restUntil = now() + Math.min(asked ?? REST_MS, LONGEST_REST_MS);
		this.tired = error;
		return error;
	}
}

function dropFirst(map: Map<string, JobStatus>): void {
	map.delete(map.keys().next().value as string);
}
