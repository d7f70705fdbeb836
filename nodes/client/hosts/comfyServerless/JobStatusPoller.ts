import { HttpError, asError } from '../../core/errors';
import type { JobStatus } from '../HostJobs';
import { type Executions, readGoing } from './jobStatus';
import { inParallel } from '../../core/Semaphore';
import { type AbortOptions, now } from '../../core/time';

/** Requests that may be sent without hurry: so many at once, then one whenever some time has passed. */
class Allowance {
	private left: number;
	private at = now();

	constructor(
		private readonly max: number,
		/** Milliseconds after which one more may be sent. */
		private readonly everyMs: number,
	) {
		this.left = max;
	}

	/** Takes up to so many; returns how many may be sent. */
	take(wanted: number): number {
		this.refill();
		const taken = Math.min(wanted, Math.max(Math.floor(this.left), 0));
		this.left -= taken;
		return taken;
	}

	/** Notes requests that were sent in any case. */
	spend(count: number): void {
		this.refill();
		this.left = Math.max(this.left - count, -this.max);
	}

	private refill(): void {
		const time = now();
		this.left = Math.min(this.left + (time - this.at) / this.everyMs, this.max);
		this.at = time;
	}
}

const PARALLEL_LOOKS = 4;
/** Up to so many jobs are asked for one by one, which tells position and progress; more by lists. */
const FEW = 3;
const LISTS = 2;
/** The service takes 60 requests a minute and 1000 an hour, and counts those that it refuses. */
const AT_ONCE = 30;
const ONE_EVERY_MS = 4_000;
/** Jobs that were handed in but that nobody waits for are forgotten at some time. */
const MAX_REMEMBERED = 10_000;

/**
 * Looks at jobs, sparingly: those whose turn it is not, and all while the service wants a rest, are told as
 * they were seen last.
 */
export class Looks {
	/** Jobs that have not ended; the one that was looked at longest ago comes first. */
	private readonly last = new Map<string, JobStatus>();
	private readonly allowance = new Allowance(AT_ONCE, ONE_EVERY_MS);
	private listable = true;

	constructor(private readonly executions: Executions) {}

	/** Takes note of how a job stands. */
	learn(promptId: string, look: JobStatus): void {
		this.last.delete(promptId);
		if (look.state === 'pending' || look.state === 'running') this.last.set(promptId, look);
		if (this.last.size > MAX_REMEMBERED) this.last.delete(this.last.keys().next().value as string);
	}

	/** How jobs stand. */
	async all(promptIds: string[], { signal }: AbortOptions = {}): Promise<Map<string, JobStatus>> {
		const found = new Map<string, JobStatus>();
		if (promptIds.length > FEW && this.listable) await this.list(promptIds, found, { signal });
		const others = promptIds.filter((id) => !found.has(id));
		const turns = this.turnsOf(others, found);
		await inParallel(turns, PARALLEL_LOOKS, async (id) => {
			found.set(id, await this.oneOrLast(id, { signal }));
		});
		return found;
	}

	/** How a job stands now. */
	async one(promptId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		const look = await this.executions.look(promptId, { signal });
		this.learn(promptId, look);
		return look;
	}

	/** How a job stands now or, while the service wants a rest, how it was seen last. */
	async oneOrLast(promptId: string, { signal }: AbortOptions = {}): Promise<JobStatus> {
		try {
			return await this.one(promptId, { signal });
		} catch (error) {
			const last = this.last.get(promptId);
			if (last && error instanceof HttpError && error.status === 429) return last;
			throw asError(error);
		}
	}

	/** Finds those that wait or run among many, in two requests. */
	private async list(
		promptIds: string[],
		found: Map<string, JobStatus>,
		{ signal }: AbortOptions = {},
	): Promise<void> {
		if (promptIds.every((id) => this.last.has(id))) {
			if (this.executions.resting || this.allowance.take(LISTS) < LISTS) {
				for (const id of promptIds) found.set(id, this.last.get(id) as JobStatus);
				return;
			}
		} else this.allowance.spend(LISTS);
		const rows = await this.executions.going({ signal });
		this.listable = rows !== undefined;
		const wanted = new Set(promptIds);
		for (const row of rows ?? []) {
			const id = String(row.execution_id);
			if (!wanted.has(id)) continue;
			found.set(id, readGoing(row));
			this.learn(id, readGoing(row));
		}
	}

	/** The jobs to ask for now: all that were never seen, then those that have waited longest. */
	private turnsOf(promptIds: string[], found: Map<string, JobStatus>): string[] {
		const wanted = new Set(promptIds);
		const unseen = promptIds.filter((id) => !this.last.has(id));
		const seen = [...this.last].filter(([id]) => wanted.has(id));
		this.allowance.spend(unseen.length);
		const turns = this.allowance.take(seen.length);
		for (const [id, look] of seen.slice(turns)) found.set(id, look);
		return [...unseen, ...seen.slice(0, turns).map(([id]) => id)];
	}
}
