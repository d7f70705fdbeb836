import { isLink, type ApiWorkflow } from '../core/ApiWorkflow';
import type { KnownNode } from './KnownNode';
import { definitionOf } from '../catalogue/definitionOf';
import type { ObjectInfo } from './types';

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
