import { type AbortOptions, now } from '../core/time';
import { asError, HttpError } from '../core/errors';
import { inParallel } from '../core/Semaphore';
import type { JobStatus } from './HostJobs';

/** The rate limit of a host, and how to stay below it. */
export interface PollerLimits {
	/** Jobs that are polled at the same time. */
	parallel: number;
	/** Jobs that one call of `getJobs` polls. Default: no limit. */
	perRound?: number;
	/** Requests that may be sent at once, and the time after which one more may be sent, ms. Default: no limit. */
	bucket?: { size: number; refillMs: number };
	/** Above how many jobs the list is used, and how many requests the list costs. */
	list?: { above: number; requests: number };
	/** Pause after a 429 without `Retry-After`, ms. */
	pauseMs: number;
	/** Longest pause after a 429, ms. */
	maxPauseMs: number;
}

/** Submitted jobs that nobody waits for are forgotten at some point. */
const MAX_CACHED = 10_000;
/** Outcomes may hold the bytes of files. */
const MAX_OUTCOMES = 50;

/** Polls one job. @throws HttpError 429 when the host wants a pause */
type FetchStatus = (promptId: string, options: AbortOptions) => Promise<JobStatus>;
/** All pending and running jobs; undefined where the host cannot list them. @throws HttpError 429 */
type ListActive = (options: AbortOptions) => Promise<Map<string, JobStatus> | undefined>;

/**
 * Polls job status within the rate limit of a host. Jobs not polled this round, and all jobs during the pause after a
 * 429, return their cached status.
 */
export class JobStatusPoller {
	/** Status of jobs that have not ended; the least recently polled job comes first. */
	private readonly cached = new Map<string, JobStatus>();
	/** Outcomes that came with the answer to a submission, until they are requested. */
	private readonly outcomes = new Map<string, JobStatus>();
	private readonly bucket?: TokenBucket;
	private pausedUntil = 0;
	private lastRateLimit?: HttpError;
	private canList = true;

	constructor(
		private readonly limits: PollerLimits,
		private readonly fetch: FetchStatus,
		private readonly list?: ListActive,
	) {
		if (limits.bucket) this.bucket = new TokenBucket(limits.bucket.size, limits.bucket.refillMs);
	}

	/** Caches a status that came with another answer. */
	remember(promptId: string, status: JobStatus): void {
		this.update(promptId, status);
		if (status.state === 'ended') this.outcomes.set(promptId, status);
		if (this.outcomes.size > MAX_OUTCOMES) dropFirst(this.outcomes);
	}

	/** The status of each job. @throws HttpError 429 during a pause, for a job without a cached status */
	async getJobs(promptIds: string[], { signal }: AbortOptions = {}): Promise<Map<string, JobStatus>> {
		const found = new Map<string, JobStatus>();
		if (this.limits.list && promptIds.length > this.limits.list.above && this.canList)
			await this.findInList(promptIds, found, this.limits.list.requests, { signal });
		const others = promptIds.filter((id) => !found.has(id));
		await inParallel(this.thisRound(others, found), this.limits.parallel, async (id) => {
			found.set(id, await this.getJobOrCached(id, { signal }));
		});
		return found;
	}

	/** The current status of a job. @throws HttpError 429 during a pause */
	async getJob(promptId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		const known = this.outcomes.get(promptId);
		this.outcomes.delete(promptId);
		if (known) return known;
		const status = await this.unlessPaused(async () => await this.fetch(promptId, { signal }));
		this.update(promptId, status);
		return status;
	}

	/** The current status of a job or, during a pause, its cached status. */
	async getJobOrCached(promptId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		try {
			return await this.getJob(promptId, { signal });
		} catch (error) {
			const cached = this.cached.get(promptId);
			if (cached && isTooManyRequests(error)) return cached;
			throw asError(error);
		}
	}

	/** Sends a request of the host's own, unless the host wants a pause. @throws HttpError 429 */
	async unlessPaused<T>(request: () => Promise<T>): Promise<T> {
		if (this.lastRateLimit && this.isPaused) throw this.lastRateLimit;
		try {
			return await request();
		} catch (error) {
			if (isTooManyRequests(error)) {
				const { pauseMs, maxPauseMs } = this.limits;
				this.pausedUntil = now() + Math.min(error.retryAfterMs ?? pauseMs, maxPauseMs);
				this.lastRateLimit = error;
			}
			throw asError(error);
		}
	}

	private get isPaused(): boolean {
		return now() < this.pausedUntil;
	}

	/** Adds the jobs that are in the list of the host; all of them from the cache when the limit leaves no request. */
	private async findInList(
		promptIds: string[],
		found: Map<string, JobStatus>,
		requests: number,
		{ signal }: AbortOptions,
	): Promise<void> {
		if (promptIds.some((id) => !this.cached.has(id))) this.bucket?.spend(requests);
		else if (this.isPaused || (this.bucket && this.bucket.take(requests) < requests)) {
			for (const id of promptIds) found.set(id, this.cached.get(id) as JobStatus);
			return;
		}
		const active = await this.unlessPaused(async () => await this.list?.({ signal }));
		this.canList = active !== undefined;
		for (const id of promptIds) {
			const status = active?.get(id);
			if (!status) continue;
			found.set(id, status);
			this.update(id, status);
		}
	}

	/** The jobs to poll now: those without a cached status, then the least recently polled. Others are added to `found`. */
	private thisRound(promptIds: string[], found: Map<string, JobStatus>): string[] {
		const wanted = new Set(promptIds);
		const fresh = promptIds.filter((id) => !this.cached.has(id));
		const cached = [...this.cached].filter(([id]) => wanted.has(id));
		this.bucket?.spend(fresh.length);
		const { perRound = Infinity } = this.limits;
		const allowed = Math.min(cached.length, Math.max(perRound - fresh.length, 0));
		const count = this.bucket ? this.bucket.take(allowed) : allowed;
		for (const [id, status] of cached.slice(count)) found.set(id, status);
		return [...fresh, ...cached.slice(0, count).map(([id]) => id)];
	}

	private update(promptId: string, status: JobStatus): void {
		this.cached.delete(promptId); // so that it is added at the end
		if (status.state === 'pending' || status.state === 'running') this.cached.set(promptId, status);
		if (this.cached.size > MAX_CACHED) dropFirst(this.cached);
	}
}

function isTooManyRequests(error: unknown): error is HttpError {
	return error instanceof HttpError && error.status === 429;
}

function dropFirst(map: Map<string, JobStatus>): void {
	map.delete(map.keys().next().value as string);
}

/** Limits requests: `size` at once, then one more after every `refillMs`. */
class TokenBucket {
	private tokens: number;
	private refilledAt = now();

	constructor(
		private readonly size: number,
		private readonly refillMs: number,
	) {
		this.tokens = size;
	}

	/** Takes up to `count` tokens; returns how many there were. */
	take(count: number): number {
		this.refill();
		const taken = Math.min(count, Math.max(Math.floor(this.tokens), 0));
		this.tokens -= taken;
		return taken;
	}

	/** Takes `count` tokens for requests that are sent in any case; the balance may become negative. */
	spend(count: number): void {
		this.refill();
		this.tokens = Math.max(this.tokens - count, -this.size);
	}

	private refill(): void {
		const time = now();
		this.tokens = Math.min(this.tokens + (time - this.refilledAt) / this.refillMs, this.size);
		this.refilledAt = time;
	}
}
