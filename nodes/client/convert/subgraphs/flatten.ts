import { InvalidWorkflowError } from '../../core/errors';
import { show } from '../../core/text';
import type { UiDefinition } from '../definitions';
import type { NodeShapes } from '../nodeShapes';
import { isActive, type UiGraph, type UiNode } from '../types';

/** One expanded graph: the workflow, or the inside of one instance of a subgraph. */
export interface Scope {
	graph: UiGraph;
	/** Prefix of the ids of its nodes: '' or '57:12:'. */
	prefix: string;
	instance?: SubgraphInstance;
	/** Scopes of its expanded subgraph instances, by instance id. */
	children: Map<string, Scope>;
}

/** The subgraph instance of a scope. */
interface SubgraphInstance {
	scope: Scope;
	node: UiNode;
	definition: UiDefinition;
}

/** A node of the flattened workflow, with its unique id in API format. */
export interface PlacedNode {
	id: string;
	scope: Scope;
	node: UiNode;
}

/** Max number of nodes after all subgraphs are expanded. */
const MAX_NODES = 20_000;

/** Max nesting of subgraphs. */
const MAX_DEPTH = 100;

/**
 * Expands all active subgraph instances.
 * @returns every node, in the order of the file
 * @throws InvalidWorkflowError when a subgraph contains itself, or there are too many nodes
 */
export function flatten(root: UiGraph, nodeShapes: NodeShapes): PlacedNode[] {
	const placedNodes: PlacedNode[] = [];
	const pending: Scope[] = [{ graph: root, prefix: '', children: new Map() }];
	for (let next = pending.pop(); next; next = pending.pop()) {
		if (placedNodes.length + next.graph.nodes.size > MAX_NODES) throw tooLarge(next.graph.name);
		const inner: Scope[] = [];
		for (const node of next.graph.nodes.values()) {
			placedNodes.push({ id: next.prefix + node.id, scope: next, node });
			const { subgraph } = nodeShapes.of(node);
			// The editor expands an instance inside another one even when it is muted or bypassed.
			if (!subgraph || (!isActive(node) && !next.instance)) continue;
			rejectRecursion(next, subgraph);
			const child: Scope = {
				graph: subgraph,
				prefix: `${next.prefix}${node.id}:`,
				instance: { scope: next, node, definition: subgraph },
				children: new Map(),
			};
			next.children.set(node.id, child);
			inner.push(child);
		}
		pending.push(...inner.reverse());
	}
	return placedNodes;
}

function rejectRecursion(scope: Scope, subgraph: UiDefinition): void {
	let depth = 0;
	for (let outer = scope.instance; outer; outer = outer.scope.instance) {
		if (++depth > MAX_DEPTH) throw tooDeep(subgraph.name);
		if (outer.definition !== subgraph) continue;
		throw new InvalidWorkflowError(
			`The subgraph ${show(subgraph.name)} contains itself.`,
			'Remove the inner instance in the ComfyUI editor and save the workflow again.',
		);
	}
}

function tooLarge(name: string): InvalidWorkflowError {
	return new InvalidWorkflowError(
		`With its subgraphs expanded, the workflow has more than ${MAX_NODES} nodes${name && ` (at ${show(name)})`}.`,
		'Nested subgraphs multiply the number of nodes. Split the workflow, or use "Export (API)" in the ComfyUI editor.',
	);
}

function tooDeep(name: string): InvalidWorkflowError {
	return new InvalidWorkflowError(
		`More than ${MAX_DEPTH} subgraphs are nested (at ${show(name)}).`,
		'Unpack some of them in the ComfyUI editor, or use its "Export (API)".',
	);
}
