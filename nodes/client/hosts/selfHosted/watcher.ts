import type { AbortOptions } from '../../core/time';
import type { Api } from '../../transport/Api';
import type { HostWatcher, JobChanges, JobRow, KnownJobs } from '../HostWatcher';
import { historyEntries, historyLength } from './history';
import type { Jobs } from './Jobs';

/** Entries of the first request of a poll. Mostly one job has ended, and the one before it is known. */
const FIRST_ENTRIES = 2;
/** Entries of one request. Each repeats its workflow and can have megabytes. */
const PAGE = 16;
/** Before 0.3.60 the history has no offset, so one request has to bring all entries. */
const MAX_WITHOUT_OFFSET = 256;

/**
 * The history of a server: the jobs of all clients, in the order in which they ended. That order does not depend on the
 * clock, unlike that of `/api/jobs`, which is sorted by creation.
 */
export function selfHostedWatcher(api: Api, jobs: Jobs): HostWatcher {
	return {
		pausesMs: { withEvents: 30_000, withoutEvents: 5_000 },
		async changes(known, { queue, signal }) {
			// first the queue: a job that ends in between is then in both lists, and not in none
			const active = queue ? await jobs.active({ signal }) : undefined;
			return {
				...(known
					? await newEntries(api, known, { signal })
					: { ended: await entries(api, PAGE, { signal }) }),
				active: active?.map(({ promptId, state }): JobRow => ({ promptId, state })),
			};
		},
		async running(promptId, { signal } = {}) {
			const entry = (await jobs.queue({ signal })).find((other) => other.promptId === promptId);
			return entry?.state === 'running' ? { ...entry, state: 'running' } : undefined;
		},
	};
}

type Ended = Pick<JobChanges, 'ended' | 'older' | 'isEmpty'>;

/** The entries after the last known one. Asks for twice as many until a known one is among them. */
async function newEntries(api: Api, known: KnownJobs, { signal }: AbortOptions): Promise<Ended> {
	for (let count = FIRST_ENTRIES; count <= PAGE; count *= 2) {
		const rows = await entries(api, count, { signal });
		const { fresh, isComplete } = afterKnown(rows, known);
		if (isComplete) return { ended: fresh };
		if (rows.length < count) return withoutKnown(rows, known);
	}
	const length = await historyLength(api, { signal });
	if (length !== undefined) return await pagesBefore(api, length, known, { signal });
	for (let count = PAGE * 2; ; count *= 2) {
		const rows = (await entries(api, count, { signal })).map(withoutOutcome);
		const { fresh, isComplete } = afterKnown(rows, known);
		if (isComplete) return { ended: fresh };
		if (rows.length < count || count >= MAX_WITHOUT_OFFSET) return withoutKnown(rows, known);
	}
}

/**
 * No known entry is left: the server was restarted, or somebody deleted entries. What remains is new only if it ended after
 * the known ones.
 */
function withoutKnown(rows: JobRow[], known: KnownJobs): Ended {
	const isOlder = ({ endedAt }: JobRow) => endedAt !== undefined && endedAt <= (known.endedAt ?? -1);
	return {
		ended: rows.filter((row) => !isOlder(row)),
		older: rows.filter(isOlder).slice(-PAGE),
		isEmpty: rows.length === 0,
	};
}

/** Reads the history backwards, page by page, until a page has a known entry. */
async function pagesBefore(
	api: Api,
	length: number,
	known: KnownJobs,
	{ signal }: AbortOptions,
): Promise<Ended> {
	let found: JobRow[] = [];
	for (let end = length; end > 0; end -= PAGE) {
		const start = Math.max(end - PAGE, 0);
		const rows = await entries(api, end - start, { signal }, start);
		const { fresh, isComplete } = afterKnown(rows, known);
		// entries that the server has dropped meanwhile move the others: a page may repeat some
		const seen = new Set(found.map(({ promptId }) => promptId).slice(0, PAGE));
		found = [...fresh.filter(({ promptId }) => !seen.has(promptId)).map(withoutOutcome), ...found];
		if (isComplete) return { ended: found };
	}
	return withoutKnown(found, known);
}

/** @param offset counts from the oldest entry; without it, the newest entries */
async function entries(
	api: Api,
	count: number,
	{ signal }: AbortOptions,
	offset?: number,
): Promise<JobRow[]> {
	return (await historyEntries(api, count, { signal }, offset)).map(({ promptId, outcome }): JobRow => {
		const { status: state, endedAt, workflowId } = outcome;
		return { promptId, state, endedAt, workflowId, outcome };
	});
}

/**
 * The rows after the last known one.
 * @returns `isComplete`: there was a known one, so all new ones are there
 */
function afterKnown(rows: JobRow[], known: KnownJobs): { fresh: JobRow[]; isComplete: boolean } {
	const isComplete = rows.some(({ promptId }) => known.has(promptId));
	const last = rows.findLastIndex(({ promptId }) => known.has(promptId) && !isMoved(promptId));
	const isFresh = ({ promptId, endedAt = -1 }: JobRow, index: number) =>
		!known.has(promptId) && (isMoved(promptId) ? endedAt > (known.endedAt ?? -1) : index > last);
	return { fresh: rows.filter(isFresh), isComplete };
}

/** JavaScript puts members whose name is a small number before all others. Such IDs come from scripts. */
function isMoved(promptId: string): boolean {
	return /^\d{1,10}$/.test(promptId);
}

const withoutOutcome = (row: JobRow): JobRow => ({ ...row, outcome: undefined });
