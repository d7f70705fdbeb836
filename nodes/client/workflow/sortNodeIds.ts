import type { ApiWorkflow } from '../core/ApiWorkflow';

/** The ids of a workflow in the order in which people count: see {@link compareIds}. */
export function sortedIds(workflow: ApiWorkflow): string[] {
	return Object.keys(workflow).sort(compareIds);
}

/** Compares node ids: numbers first (2 before 10), then ids inside subgraphs (`57:8`) by parts, then names. */
function compareIds(a: string, b: string): number {
	return rank(a) - rank(b) || compareParts(a.split(DIGITS), b.split(DIGITS));
}

/** Splits into what stands between the digits (even places) and the digits (odd places). */
const DIGITS = /(\d+)/;

function rank(id: string): number {
	if (/^\d+$/.test(id)) return 0;
	return /^\d+(?::\d+)+$/.test(id) ? 1 : 2;
}

function compareParts(a: string[], b: string[]): number {
	for (let index = 0; index < Math.min(a.length, b.length); index++) {
		const byNumber = index % 2 === 1 ? Number(a[index]) - Number(b[index]) : 0;
		const order = byNumber || compareTexts(a[index], b[index]);
		if (order !== 0) return order;
	}
	return a.length - b.length;
}

/** By code unit: the same on every machine, whatever its language. */
function compareTexts(a: string, b: string): number {
	if (a === b) return 0;
	return a < b ? -1 : 1;
}
