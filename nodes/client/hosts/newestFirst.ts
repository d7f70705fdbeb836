import type { AbortOptions } from '../core/time';
import { inParallel } from '../core/Semaphore';
import { isEnded, type JobChanges, type JobRow, type KnownJobs } from './HostWatcher';

/** Requests of a host that lists jobs, the newest first. */
export interface NewestFirstList {
	/** Ended jobs are in the order of their ends. Default: in the order in which they were created. */
	isByEnd?: boolean;
	/** Pending and running jobs, where the host can list them alone. */
	active?(options: AbortOptions): Promise<JobRow[]>;
	/** One page of jobs. @param page what `next` of the page before was */
	page(page: string | undefined, options: AbortOptions): Promise<{ rows: JobRow[]; next?: string }>;
	/** One job; undefined when the host no longer knows it. */
	job(promptId: string, options: AbortOptions): Promise<JobRow | undefined>;
}

const MAX_PARALLEL = 4;
/** Pages of the first poll where the host cannot list active jobs alone: an older job may still run. */
const FIRST_PAGES = 4;
/** Pages that one poll reads after a long time without any. */
const MAX_PAGES = 100;
/** Older jobs that become known when no known one is left. */
const MAX_OLDER = 20;

/**
 * Finds the jobs that ended since the last poll. In a list that is sorted by creation a job that was created after the
 * last poll stands above the known ones; in one that is sorted by end it stands above those that had ended. A job that was created before it was active then: it is asked for by its ID
 * unless a page has shown it.
 */
export async function changesNewestFirst(
	list: NewestFirstList,
	known: KnownJobs | undefined,
	{ signal }: AbortOptions,
): Promise<JobChanges> {
	// first the active jobs: one that ends in between is then in both lists, and not in none
	const active = await list.active?.({ signal });
	const { rows, fresh, hasKnown } = await readPages(list, known, active !== undefined, { signal });
	const found = new Map([...(active ?? []), ...rows].map((row) => [row.promptId, row]));
	const missing = [...(known?.active ?? [])].filter((id) => !found.has(id) && !known?.has(id));
	await inParallel(missing, MAX_PARALLEL, async (id) => {
		const row = await list.job(id, { signal });
		if (row) found.set(id, row);
	});
	const isNew = ({ promptId, endedAt = -1 }: JobRow) => {
		if (!known) return true;
		if (known.has(promptId)) return false;
		return fresh.has(promptId) || known.active.has(promptId) || endedAt >= (known.endedAt ?? Infinity);
	};
	const all = [...found.values()].reverse(); // the oldest first
	const ended = all.filter(isEnded);
	return {
		ended: inOrderOfEnds(ended.filter(isNew)),
		// somebody deleted the known jobs: without new ones the next poll would read all pages again
		...(!hasKnown && { older: ended.filter((row) => !isNew(row)).slice(-MAX_OLDER) }),
		active: all.filter((row) => !isEnded(row)),
	};
}

/**
 * Reads until a page shows a known job.
 * @returns the rows, and the IDs above the first known job; when no known job is left, of those that ended after them
 */
async function readPages(
	list: NewestFirstList,
	known: KnownJobs | undefined,
	listsActive: boolean,
	{ signal }: AbortOptions,
): Promise<{ rows: JobRow[]; fresh: Set<string>; hasKnown: boolean }> {
	const rows: JobRow[] = [];
	const isKnown = ({ promptId }: JobRow) =>
		known?.has(promptId) || (!list.isByEnd && known?.active.has(promptId));
	const maxPages = known ? MAX_PAGES : listsActive ? 1 : FIRST_PAGES;
	let next: string | undefined;
	let firstKnown = -1;
	for (let pages = 0; pages < maxPages && firstKnown < 0; pages++) {
		const page = await list.page(next, { signal });
		const before = rows.length;
		// the outcome of every row of a long list would not fit in memory
		rows.push(...(pages === 0 ? page.rows : page.rows.map((row) => ({ ...row, outcome: undefined }))));
		const index = page.rows.findIndex(isKnown);
		if (index >= 0) firstKnown = before + index;
		next = page.next;
		if (next === undefined || page.rows.length === 0) break;
	}
	const { endedAt: knownEnd = -1 } = known ?? {};
	const isLater = ({ endedAt = Infinity }: JobRow) => endedAt > knownEnd;
	const hasKnown = firstKnown >= 0;
	const above = hasKnown ? rows.slice(0, firstKnown) : rows.filter(isLater);
	return { rows, fresh: new Set(known ? above.map(({ promptId }) => promptId) : []), hasKnown };
}

/** Jobs without a time stay in the order in which they were created. */
function inOrderOfEnds(rows: JobRow[]): JobRow[] {
	const isTimed = rows.every(({ endedAt }) => endedAt !== undefined);
	return isTimed ? rows.sort((a, b) => Number(a.endedAt) - Number(b.endedAt)) : rows;
}
