import type { Counts } from './counts';

/** How many times worse a count may become before it is a mistake. */
const LIMIT = 1.3;

export interface Comparison {
	lines: string[];
	/** What is too much, or is counted on one side only. */
	worse: string[];
}

/** Compares counts, of which fewer are better, with those that were kept. */
export function compareCounts(kept: Counts, found: Counts): Comparison {
	const lines: string[] = [];
	const worse: string[] = [];
	for (const name of new Set([...Object.keys(kept), ...Object.keys(found)])) {
		const [before, now] = [kept[name], found[name]];
		const line = `${name}: ${show(now)} (kept: ${show(before)})`;
		lines.push(line);
		if (!(now <= before * LIMIT)) worse.push(line);
	}
	return { lines, worse };
}

const show = (value?: number) => (value === undefined ? 'none' : Number(value.toFixed(2)).toString());
