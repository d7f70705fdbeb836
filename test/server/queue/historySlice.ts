import type { HistoryEntry } from '../types';

/**
 * Oldest first. Without an offset the last `maxItems`, with one the slice from there on; a limit of
 * zero or less gives nothing at all.
 */
export function historySlice(
	history: Map<string, HistoryEntry>,
	maxItems: number | undefined,
	offset: number,
): Record<string, HistoryEntry> {
	const entries = [...history];
	const start =
		offset < 0 && maxItems !== undefined ? Math.max(0, entries.length - maxItems) : Math.max(0, offset);
	const end = maxItems === undefined ? entries.length : start + Math.max(0, maxItems);
	return Object.fromEntries(entries.slice(start, end));
}
