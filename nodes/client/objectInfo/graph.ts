import { isLink, type ApiWorkflow } from '../core/ApiWorkflow';
import type { KnownNode } from './KnownNode';
import { type ObjectInfo, definitionOf } from './types';

/** By node: ids of the nodes that its inputs are connected to. Only nodes of the workflow. */
export type Sources = Map<string, string[]>;

/**
 * Ids of the output nodes of a workflow: without one, the server does not run it.
 * @param wanted returns only these
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
 * Ids of the nodes that an output node depends on. A node of an unknown type may be an output node. Returns
 * all nodes if no node can be an output node.
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
	const reachable = new Set<string>();
	const open = [...start];
	for (let id = open.pop(); id !== undefined; id = open.pop()) {
		if (reachable.has(id)) continue;
		reachable.add(id);
		for (const other of next.get(id) ?? []) open.push(other);
	}
	return reachable;
}

/**
 * The circles in which nodes depend on each other. Of circles that share a node, returns one.
 * @returns ids; each node depends on the next one, and the last on the first
 */
export function findCycles(sources: Sources, ids: Iterable<string>): string[][] {
	const left = inOrBehindCircles(sources, ids);
	const walked = new Map<string, number>();
	const cycles: string[][] = [];
	let walk = 0;
	for (const start of left) {
		const path: string[] = [];
		let id = start;
		// Every remaining node depends on another remaining one, so the walk returns to a node it has passed.
		for (walk++; !walked.has(id); id = sources.get(id)?.find((source) => left.has(source)) as string) {
			walked.set(id, walk);
			path.push(id);
		}
		if (walked.get(id) === walk) cycles.push(path.slice(path.indexOf(id)));
	}
	return cycles;
}

/** The nodes that remain after removing, again and again, those that depend on no other. */
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
