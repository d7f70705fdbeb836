import { InvalidInputError } from '../core/errors';
import { isRecord } from '../core/guards';
import type { KnownJobs } from '../hosts/HostWatcher';

/** Where a watch is: JSON, of at most about 40 KB, or 200 KB on a pool. The members are not meant to be changed. */
export type WatchCursor = HostCursor | PoolCursor;

/** Where the watch of a pool is. */
export interface PoolCursor {
	version: 1;
	/** By the short names of the servers. */
	servers: Record<string, HostCursor>;
	/** Whether one of them could be reached. */
	online: boolean;
}

/** Where the watch of a host is. */
export interface HostCursor {
	version: 1;
	/** Names this watch in the IDs of events that concern no job. */
	watch: string;
	/** The server, and the workflow on hosts that list the jobs of one workflow. */
	source: string;
	/** The latest known end, clock of the host, epoch ms. */
	endedAt?: number;
	/** The jobs whose end was known last, at most {@link MAX_ENDED}. */
	ended: string[];
	/** Pending and running jobs, on hosts that list jobs by creation. */
	active: string[];
	/** Whether the queue had jobs. */
	busy: boolean;
	/** Whether the host could be reached; undefined before the first poll. */
	online?: boolean;
	/** Number of events that concern no job. */
	hostEvents: number;
}

/** Ends, and active jobs, that a cursor remembers. More than a page of any list. */
const MAX_JOBS = 500;
/** The servers of a pool share it, so that n8n can store the cursor of a large one. */
const MAX_JOBS_OF_POOL = 2_500;
const MIN_JOBS_OF_SERVER = 50;

/** How many jobs the cursor of each server of a pool remembers. */
export const jobsPerServer = (servers: number): number =>
	Math.min(MAX_JOBS, Math.max(MIN_JOBS_OF_SERVER, Math.floor(MAX_JOBS_OF_POOL / servers)));

/** The state behind a cursor. */
export class WatchState implements KnownJobs {
	private readonly ended: Set<string>;
	active: ReadonlySet<string>;
	endedAt?: number;
	busy: boolean;
	online?: boolean;
	hostEvents: number;
	private readonly watch: string;

	constructor(
		private readonly source: string,
		cursor?: HostCursor,
		private readonly maxJobs = MAX_JOBS,
	) {
		this.watch = cursor?.watch ?? crypto.randomUUID();
		this.ended = new Set(cursor?.ended);
		this.active = new Set(cursor?.active);
		this.endedAt = cursor?.endedAt;
		this.busy = cursor?.busy ?? false;
		this.online = cursor?.online;
		this.hostEvents = cursor?.hostEvents ?? 0;
	}

	has(promptId: string): boolean {
		return this.ended.has(promptId);
	}

	/** Adds an end, and forgets the oldest beyond the limit. */
	addEnd(promptId: string, endedAt: number | undefined): void {
		this.ended.delete(promptId);
		this.ended.add(promptId);
		if (this.ended.size > this.maxJobs) this.ended.delete(this.ended.values().next().value as string);
		if (endedAt !== undefined) this.endedAt = Math.max(this.endedAt ?? 0, endedAt);
	}

	/** The ID of the next event that concerns no job. */
	nextHostEvent(type: string): string {
		this.hostEvents += 1;
		return `${type}:${this.watch}:${this.hostEvents}`;
	}

	toCursor(): HostCursor {
		const { source, watch, endedAt, busy, online, hostEvents } = this;
		return {
			version: 1,
			watch,
			source,
			...(endedAt !== undefined && { endedAt }),
			ended: [...this.ended],
			active: [...this.active].slice(0, this.maxJobs),
			busy,
			...(online !== undefined && { online }),
			hostEvents,
		};
	}
}

/**
 * Checks a cursor that was stored.
 * @returns undefined when it belongs to another server
 * @throws InvalidInputError when it is no cursor
 */
export function readCursor(cursor: unknown, source: string): HostCursor | undefined {
	if (cursor === undefined || isPoolCursor(cursor)) return undefined;
	const found = validCursor(cursor);
	return found.source === source ? found : undefined;
}

/**
 * Checks a cursor of a pool that was stored.
 * @returns the cursors of its servers; none when it belongs to a host that is no pool
 * @throws InvalidInputError when it is no cursor
 */
export function readPoolCursor(cursor: unknown): Map<string, HostCursor> {
	if (cursor === undefined) return new Map();
	if (isPoolCursor(cursor))
		return new Map(Object.entries(cursor.servers).map(([name, one]) => [name, validCursor(one)]));
	validCursor(cursor);
	return new Map();
}

const isPoolCursor = (cursor: unknown): cursor is { servers: Record<string, unknown> } =>
	isRecord(cursor) && cursor.version === 1 && isRecord(cursor.servers);

function validCursor(cursor: unknown): HostCursor {
	const isText = (value: unknown) => typeof value === 'string';
	const isValid =
		isRecord(cursor) &&
		cursor.version === 1 &&
		isText(cursor.watch) &&
		isText(cursor.source) &&
		[cursor.ended, cursor.active].every((list) => Array.isArray(list) && list.every(isText)) &&
		typeof cursor.busy === 'boolean' &&
		[cursor.endedAt ?? 0, cursor.hostEvents].every(Number.isFinite) &&
		['boolean', 'undefined'].includes(typeof cursor.online);
	if (!isValid) {
		throw new InvalidInputError(
			'The cursor of the watch is not one that a watch has returned.',
			'Leave it out: only what happens from then on is reported.',
		);
	}
	return cursor as unknown as HostCursor;
}
