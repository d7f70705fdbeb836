import { InvalidWorkflowError } from '../../core/errors';
import { show } from '../../core/text';
import type { UiDefinition } from '../definitions';
import type { Shapes } from '../nodeShapes';
import { isActive, type UiGraph, type UiNode } from '../types';

/** One graph at one place: the workflow, or the inside of one instance of a subgraph. */
export interface Scope {
	graph: UiGraph;
	/** Put before the ids of its nodes: '' or '57:12:'. */
	prefix: string;
	host?: Host;
	/** Insides of its subgraph instances that were put in place, by the id of the instance. */
	children: Map<string, Scope>;
}

/** The instance of a subgraph that a scope is the inside of. */
interface Host {
	scope: Scope;
	node: UiNode;
	definition: UiDefinition;
}

/** A node at its place; its id in API format is unique. */
export interface Placement {
	id: string;
	scope: Scope;
	node: UiNode;
}

/** How many nodes a workflow may have after its subgraphs were put in place. */
const MAX_NODES = 20_000;

/** How many subgraphs may stand inside each other. */
const DEEPEST = 100;

/**
 * Puts the insides of all running subgraph instances in place.
 * @returns every node, in the order of the file
 * @throws InvalidWorkflowError when a subgraph contains itself, or there are too many nodes
 */
export function flatten(root: UiGraph, shapes: Shapes): Placement[] {
	const placements: Placement[] = [];
	const pending: Scope[] = [{ graph: root, prefix: '', children: new Map() }];
	for (let next = pending.pop(); next; next = pending.pop()) {
		if (placements.length + next.graph.nodes.size > MAX_NODES) throw tooLarge(next.graph.name);
		const inner: Scope[] = [];
		for (const node of next.graph.nodes.values()) {
			placements.push({ id: next.prefix + node.id, scope: next, node });
			const { subgraph } = shapes.of(node);
			// An instance inside another is put in place even when it does not run: the editor does so too.
			if (!subgraph || (!isActive(node) && !next.host)) continue;
			refuseRecursion(next, subgraph);
			const child: Scope = {
				graph: subgraph,
				prefix: `${next.prefix}${node.id}:`,
				host: { scope: next, node, definition: subgraph },
				children: new Map(),
			};
			next.children.set(node.id, child);
			inner.push(child);
		}
		pending.push(...inner.reverse());
	}
	return placements;
}

function refuseRecursion(scope: Scope, subgraph: UiDefinition): void {
	let depth = 0;
	for (let outer = scope.host; outer; outer = outer.scope.host) {
		if (++depth > DEEPEST) throw tooDeep(subgraph.name);
		if (outer.definition !== subgraph) continue;
		throw new InvalidWorkflowError(
			`The subgraph ${show(subgraph.name)} contains itself.`,
			'Remove the inner instance in the ComfyUI editor and save the workflow again.',
		);
	}
}

function tooLarge(name: string): InvalidWorkflowError {
	return new InvalidWorkflowError(
		`With its subgraphs put in place the workflow has more than ${MAX_NODES} nodes${name && ` (at ${show(name)})`}.`,
		'Subgraphs inside subgraphs multiply. Split the workflow, or use "Export (API)" in the ComfyUI editor.',
	);
}

function tooDeep(name: string): InvalidWorkflowError {
	return new InvalidWorkflowError(
		`More than ${DEEPEST} subgraphs stand inside each other (at ${show(name)}).`,
		'Unpack some of them in the ComfyUI editor, or use its "Export (API)".',
	);
}
