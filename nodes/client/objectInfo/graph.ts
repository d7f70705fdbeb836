import { isLink, type ApiWorkflow } from '../core/ApiWorkflow';
import type { KnownNode } from './KnownNode';
import { type ObjectInfo, definitionOf } from './types';

/** Ids of the nodes that each node takes something from; only nodes of the workflow. */
export type Sources = Map<string, string[]>;

/**
 * Ids of the nodes that make a workflow runnable.
 * @param wanted only those of these
 */
export function outputNodesOf(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	wanted?: readonly string[],
): string[] {
	return Object.keys(workflow).filter((id) => {
		const type = workflow[id].class_type;
		if (wanted && !wanted.includes(id)) return false;
		return definitionOf(type, objectInfo)?.output_node === true;
	});
}

/** All connections of a workflow; they decide what runs. */
export function allSources(workflow: ApiWorkflow): Sources {
	return sourcesBy(workflow, (id) => Object.values(workflow[id].inputs));
}

/**
 * The connections that the server follows when it checks a workflow: those at inputs that it knows. All of
 * them for a node whose type is not installed.
 */
export function checkedSources(workflow: ApiWorkflow, known: Map<string, KnownNode>): Sources {
	return sourcesBy(workflow, (id) => {
		const { inputs } = workflow[id];
		const node = known.get(id);
		if (!node) return Object.values(inputs);
		return node.inputs.flatMap(({ name }) => (Object.hasOwn(inputs, name) ? [inputs[name]] : []));
	});
}

function sourcesBy(workflow: ApiWorkflow, values: (id: string) => unknown[]): Sources {
	return new Map(
		Object.keys(workflow).map((id) => {
			const ids = values(id)
				.filter(isLink)
				.map(([source]) => source)
				.filter((source) => Object.hasOwn(workflow, source));
			return [id, [...new Set(ids)]];
		}),
	);
}

/**
 * Ids of the nodes that an output node depends on. A node of an unknown type may be an output node, and
 * without any output node all are taken.
 */
export function neededNodes(sources: Sources, outputNodes: string[], known: Map<string, KnownNode>) {
	const ids = [...sources.keys()];
	const ends = [...outputNodes, ...ids.filter((id) => !known.has(id))];
	return ends.length > 0 ? reachable(ends, sources) : new Set(ids);
}

/** The given nodes and all that depend on them. */
export function dependentNodes(nodes: Array<{ nodeId: string }>, sources: Sources): Set<string> {
	const users: Sources = new Map([...sources.keys()].map((id) => [id, []]));
	for (const [id, needed] of sources) for (const source of needed) users.get(source)?.push(id);
	const ids = nodes.map(({ nodeId }) => nodeId);
	return reachable(ids, users);
}

function reachable(start: string[], next: Sources): Set<string> {
	const reached = new Set<string>();
	const open = [...start];
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		if (reached.has(id)) continue;
		reached.add(id);
		for (const other of next.get(id) ?? []) open.push(other);
	}
	return reached;
}

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
