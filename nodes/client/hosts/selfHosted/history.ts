import { isRecord } from '../../core/guards';
import { parseJsonExactly } from '../../core/json';
import type { AbortOptions } from '../../core/time';
import { parseHistoryEntry, type JobOutcome } from '../../protocol/history';
import { parseStoredJob, type StoredJob } from '../../protocol/storedJob';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';

/** The history of a server, page by page. */

/** Larger than any history, which has 10,000 entries at most. */
const BEYOND_HISTORY = 1 << 20;
const FIRST_PROBE = 32;

/** An ended job. */
export interface HistoryEntry {
	promptId: string;
	outcome: JobOutcome;
	/** What was submitted. */
	job?: StoredJob;
}

/**
 * A page of the history, oldest first.
 * @param offset counts from the oldest entry; without it, the newest entries
 */
export async function historyEntries(
	api: Api,
	count: number,
	{ signal }: AbortOptions,
	offset?: number,
): Promise<HistoryEntry[]> {
	const query = { max_items: count, ...(offset !== undefined && { offset }) };
	const answer = await api.json<unknown>({ path: '/api/history', query, signal });
	return Object.entries(isRecord(answer) ? answer : {}).flatMap(([promptId, entry]): HistoryEntry[] => {
		const outcome = parseHistoryEntry(entry);
		if (!outcome) return [];
		return [{ promptId, outcome, job: parseStoredJob(isRecord(entry) ? entry.prompt : undefined, 'ended') }];
	});
}

/**
 * The number of entries, by bisection with one entry per request: the server does not tell it.
 * @returns undefined on servers before 0.3.60, which ignore the offset
 */
export async function historyLength(api: Api, { signal }: AbortOptions): Promise<number | undefined> {
	const hasEntryAt = async (offset: number) => (await historyEntries(api, 1, { signal }, offset)).length > 0;
	if (await hasEntryAt(BEYOND_HISTORY)) return undefined;
	let [inside, outside] = [-1, BEYOND_HISTORY];
	for (let probe = FIRST_PROBE; outside === BEYOND_HISTORY && probe < BEYOND_HISTORY; probe *= 2) {
		if (await hasEntryAt(probe)) inside = probe;
		else outside = probe;
	}
	while (outside - inside > 1) {
		const middle = Math.floor((inside + outside) / 2);
		if (await hasEntryAt(middle)) inside = middle;
		else outside = middle;
	}
	return outside;
}

/** The submission of an ended job; 64-bit integers keep their digits. */
export async function endedJob(
	api: Api,
	promptId: string,
	{ signal }: AbortOptions,
): Promise<StoredJob | undefined> {
	const path = `/api/history/${segment(promptId, 'prompt ID')}`;
	const answer = await exactJson(api, path, { signal });
	const entry = isRecord(answer) ? answer[promptId] : undefined;
	return isRecord(entry) ? parseStoredJob(entry.prompt, 'ended') : undefined;
}

/** JSON in which 64-bit integers keep their digits. */
export async function exactJson(api: Api, path: string, { signal }: AbortOptions): Promise<unknown> {
	const response = await api.text({ path, signal });
	api.assertOk(response, path);
	api.parse(response, path); // the error for an answer that is not JSON
	return parseJsonExactly(response.text);
}
