import { SAVERS, type FindValue } from './fileNames';
import type { Primitives } from './primitives';
import type { PromotedWidgets } from './subgraphs/promotedWidgets';
import type { NodeShapes } from './nodeShapes';
import type { UiGraph, UiNode } from './types';
import { fieldNamed } from './widgets/values';

const PROPERTY = 'Node name for S&R';

/** Finds fields by node name in the editor's workflow, including nodes that do not run. */
export function findInEditor(
	root: UiGraph,
	nodeShapes: NodeShapes,
	promotedWidgets: PromotedWidgets,
	primitives: Primitives,
): FindValue {
	let nodes: Array<{ node: UiNode; graph: UiGraph }> | undefined;
	return (name, field) => {
		nodes ??= inOrder(root, nodeShapes);
		const found =
			nodes.find(({ node }) => replaceName(node, nodeShapes) === name) ??
			nodes.find(({ node }) => titleOf(node, nodeShapes) === name);
		if (!found) return undefined;
		const { node, graph } = found;
		const { subgraph, placed } = nodeShapes.of(node);
		const pushed = primitives.pushesOf(graph).get(node)?.get(field);
		if (pushed) return pushed.value;
		if (subgraph) return promotedWidgets.valuesOf(node, subgraph).byInput.get(field);
		const own = fieldNamed(placed, field);
		return own && (own.value ?? '');
	};
}

/** Nodes in the editor's search order: the inside of a subgraph comes before its first instance. */
function inOrder(root: UiGraph, nodeShapes: NodeShapes): Array<{ node: UiNode; graph: UiGraph }> {
	const found: Array<{ node: UiNode; graph: UiGraph }> = [];
	const seen = new Set<UiGraph>([root]);
	const pending = [{ graph: root, rest: [...root.nodes.values()].reverse() }];
	for (let top = pending.at(-1); top; top = pending.at(-1)) {
		const node = top.rest.at(-1);
		const inner = node && nodeShapes.of(node).subgraph;
		if (inner && !seen.has(inner)) {
			seen.add(inner);
			pending.push({ graph: inner, rest: [...inner.nodes.values()].reverse() });
			continue;
		}
		top.rest.pop();
		if (node) found.push({ node, graph: top.graph });
		else pending.pop();
	}
	return found;
}

function replaceName(node: UiNode, nodeShapes: NodeShapes): unknown {
	if (Object.hasOwn(node.properties, PROPERTY)) return node.properties[PROPERTY];
	return nodeShapes.of(node).kind === 'class' && !SAVERS.has(node.type) ? node.type : undefined;
}

function titleOf(node: UiNode, nodeShapes: NodeShapes): string {
	const { subgraph, definition } = nodeShapes.of(node);
	return node.title ?? subgraph?.name ?? (definition?.display_name || node.type);
}
