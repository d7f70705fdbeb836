import { InvalidInputError } from '../core/errors';
import { isRecord } from '../core/guards';
import type { KnownJobs } from '../hosts/HostWatcher';

/** Where a watch is: JSON, of at most about 40 KB. The members are not meant to be changed. */
export interface WatchCursor {
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

/** Ends that a cursor remembers. More than a page of any list. */
const MAX_ENDED = 500;
/** Active jobs that a cursor remembers. */
const MAX_ACTIVE = 500;

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
		cursor?: WatchCursor,
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
		if (this.ended.size > MAX_ENDED) this.ended.delete(this.ended.values().next().value as string);
		if (endedAt !== undefined) this.endedAt = Math.max(this.endedAt ?? 0, endedAt);
	}

	/** The ID of the next event that concerns no job. */
	nextHostEvent(type: string): string {
		this.hostEvents += 1;
		return `${type}:${this.watch}:${this.hostEvents}`;
	}

	toCursor(): WatchCursor {
		const { source, watch, endedAt, busy, online, hostEvents } = this;
		return {
			version: 1,
			watch,
			source,
			...(endedAt !== undefined && { endedAt }),
			ended: [...this.ended],
			active: [...this.active].slice(0, MAX_ACTIVE),
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
export function readCursor(cursor: unknown, source: string): WatchCursor | undefined {
	if (cursor === undefined) return undefined;
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
	return cursor.source === source ? (cursor as unknown as WatchCursor) : undefined;
}
