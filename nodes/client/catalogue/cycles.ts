import type { Sources } from '../objectInfo/graph';

/**
 * The circles in which nodes need each other; circles that share a node come out as one of them.
 * @returns ids, each node needing the next one and the last one the first
 */
export function findCycles(sources: Sources, ids: Iterable<string>): string[][] {
	const left = inOrBehindCircles(sources, ids);
	const walked = new Map<string, number>();
	const cycles: string[][] = [];
	let walk = 0;
	for (const start of left) {
		const path: string[] = [];
		let id = start;
		// Every node that is left needs another one that is left: going on has to meet what was passed.
		for (walk++; !walked.has(id); id = sources.get(id)?.find((source) => left.has(source)) as string) {
			walked.set(id, walk);
			path.push(id);
		}
		if (walked.get(id) === walk) cycles.push(path.slice(path.indexOf(id)));
	}
	return cycles;
}

/** What remains when all nodes are taken away, one after the other, that need none of the others. */
function inOrBehindCircles(sources: Sources, ids: Iterable<string>): Set<string> {
	const left = new Set(ids);
	const open: string[] = [];
	const missing = new Map<string, number>();
	const users = new Map<string, string[]>();
	for (const id of left) {
		const needed = (sources.get(id) ?? []).filter((source) => left.has(source));
		missing.set(id, needed.length);
		if (needed.length === 0) open.push(id);
		for (const source of needed) {
			const others = users.get(source);
			if (others) others.push(id);
			else users.set(source, [id]);
		}
	}
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		left.delete(id);
		for (const user of users.get(id) ?? []) {
			const rest = (missing.get(user) ?? 0) - 1;
			missing.set(user, rest);
			if (rest === 0) open.push(user);
		}
	}
	return left;
}
