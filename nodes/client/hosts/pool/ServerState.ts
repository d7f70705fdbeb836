import { HttpError } from '../../core/errors';
import { SharedPromise } from '../../core/SharedPromise';
import { type AbortOptions, now } from '../../core/time';

/** How long the answer of a server to the question for its queue counts, ms. */
const FRESH_MS = 1_000;
/** Pauses after a failure, ms; then the server is asked again. */
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000];
/** Jobs of this process on one server that are remembered. */
const MAX_JOBS = 10_000;

/**
 * What this process knows of one server of a pool: how many jobs it has, which of them are ours, which models it loaded
 * last, and whether it answers. All pools of the process share the state of a server.
 */
export class ServerState {
	/** The loaders of the job that was submitted last, see `loadersOf`. */
	loaders?: string;
	/** The last failure, until the server answers again. */
	failure?: unknown;
	/** Failures since it last took a job: a server may answer every question and still refuse every job. */
	private failedTimes = 0;
	private pausedUntil = -Infinity;
	/** Jobs in its queue, of all clients, with the one that runs. */
	private queued = 0;
	private heardAt = -Infinity;
	/** Submissions that are on their way. */
	private onTheWay = 0;
	/** Jobs of this process that are not known to have ended. */
	private readonly own = new Set<string>();
	private readonly listeners = new Set<() => void>();
	private asking?: SharedPromise<number>;
	private askedAt = -Infinity;

	/** Whether the server failed a short time ago, so that it is not asked now. */
	get isPaused(): boolean {
		return this.pauseMs > 0;
	}

	/** How long it is not asked yet, ms. */
	get pauseMs(): number {
		return Math.max(0, this.pausedUntil - now());
	}

	/** Whether its queue is known as it was within the last second. */
	get isFresh(): boolean {
		return now() - this.heardAt < FRESH_MS;
	}

	/** How long the server has not answered the question for its queue, ms; 0 when it is not asked now. */
	get silentMs(): number {
		return this.asking && !this.asking.spent ? now() - this.askedAt : 0;
	}

	/** Jobs on the server, of all clients, with those that are on their way. */
	get jobs(): number {
		return this.queued + this.onTheWay;
	}

	/** Jobs of this process on the server, with those that are on their way. */
	get ownJobs(): number {
		return Math.min(this.own.size, this.queued) + this.onTheWay;
	}

	/**
	 * Asks the server how many jobs it has, at most once in a second, however many callers there are.
	 * @throws what `ask` throws; the server is then paused
	 */
	async refresh(
		ask: (options: AbortOptions) => Promise<number>,
		{ signal }: AbortOptions = {},
	): Promise<void> {
		if (this.isFresh) return;
		if (!this.asking || this.asking.spent) {
			this.askedAt = now();
			this.asking = new SharedPromise(async (options) => {
				try {
					const count = await ask(options);
					this.setQueue(count);
					return count;
				} catch (error) {
					if (!options.signal.aborted) this.fail(error);
					throw error instanceof Error ? error : new Error(String(error));
				} finally {
					this.asking = undefined;
				}
			});
		}
		await this.asking.wait({ signal });
	}

	/** The server has said how many jobs are in its queue, the running one among them. */
	setQueue(count: number): void {
		const hasRecovered = this.failure !== undefined && !this.isPaused;
		const changed = count !== this.queued || hasRecovered;
		this.queued = count;
		this.heardAt = now();
		if (hasRecovered) this.failure = undefined;
		if (count === 0) this.own.clear();
		if (changed) this.notify();
	}

	/** The connection for events broke: what is known of the queue may be wrong. */
	disconnected(): void {
		this.heardAt = -Infinity;
		this.notify();
	}

	/**
	 * The server cannot be used now. It is asked again after a pause that grows with each failure until it takes a job, and
	 * after `Retry-After` at the soonest.
	 */
	fail(error: unknown): void {
		const pause = PAUSES_MS[Math.min(this.failedTimes, PAUSES_MS.length - 1)];
		const asked = error instanceof HttpError ? (error.retryAfterMs ?? 0) : 0;
		this.failedTimes += 1;
		this.failure = error;
		this.heardAt = -Infinity;
		this.pausedUntil = now() + Math.max(asked, pause);
		this.notify();
	}

	/**
	 * A job goes to the server.
	 * @returns called when the submission has ended, with the ID of the job if the server has accepted it
	 */
	reserve(): (acceptedId?: string) => void {
		const reservedAt = now();
		this.onTheWay += 1;
		return (acceptedId) => {
			this.onTheWay -= 1;
			if (acceptedId !== undefined) {
				this.failedTimes = 0;
				this.own.add(acceptedId);
				if (this.own.size > MAX_JOBS) this.own.delete(this.own.values().next().value as string);
				// a count that came since then includes the job
				if (this.heardAt <= reservedAt) this.queued += 1;
			}
			this.notify();
		};
	}

	/** A job has ended, or the server no longer knows it. */
	ended(jobId: string): void {
		if (this.own.delete(jobId)) this.notify();
	}

	/** Calls the listener whenever the server may have room, or fails. @returns removes the listener */
	onChange(listener: () => void): () => void {
		this.listeners.add(listener);
		return () => this.listeners.delete(listener);
	}

	private notify(): void {
		for (const listener of [...this.listeners]) listener();
	}
}

const MAX_SERVERS = 1_000;
const states = new Map<string, ServerState>();

/** The state of a server. @param identity its address and credentials, which leave this process in no form */
export function stateOf(identity: string): ServerState {
	const state = states.get(identity) ?? new ServerState();
	states.delete(identity);
	states.set(identity, state);
	if (states.size > MAX_SERVERS) states.delete(states.keys().next().value as string);
	return state;
}
