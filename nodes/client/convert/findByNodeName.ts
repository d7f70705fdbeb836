import { SAVERS, type FindValue } from './fileNames';
import type { Primitives } from './primitives';
import type { Promotions } from './subgraphs/promotedWidgets';
import type { Shapes } from './nodeShapes';
import type { UiGraph, UiNode } from './types';

const PROPERTY = 'Node name for S&R';

/** Looks up fields by the names of nodes in a workflow of the editor, those that do not run included. */
export function findInEditor(
	root: UiGraph,
	shapes: Shapes,
	promotions: Promotions,
	primitives: Primitives,
): FindValue {
	let nodes: Array<{ node: UiNode; graph: UiGraph }> | undefined;
	return (name, field) => {
		nodes ??= inOrder(root, shapes);
		const found =
			nodes.find(({ node }) => replaceName(node, shapes) === name) ??
			nodes.find(({ node }) => titleOf(node, shapes) === name);
		if (!found) return undefined;
		const { node, graph } = found;
		const { subgraph, values } = shapes.of(node);
		const pushed = primitives.pushesOf(graph).get(node)?.get(field);
		if (pushed) return pushed.value;
		if (subgraph) return promotions.valuesOf(node, subgraph).byInput.get(field);
		if (values) return values.get(field) ?? (values.has(field) ? '' : undefined);
		return undefined;
	};
}

/** The inside of a subgraph stands before its instance; of several instances the first counts. */
function inOrder(root: UiGraph, shapes: Shapes): Array<{ node: UiNode; graph: UiGraph }> {
	const found: Array<{ node: UiNode; graph: UiGraph }> = [];
	const seen = new Set<UiGraph>([root]);
	const pending = [{ graph: root, rest: [...root.nodes.values()].reverse() }];
	for (let top = pending.at(-1); top; top = pending.at(-1)) {
		const node = top.rest.at(-1);
		const inner = node && shapes.of(node).subgraph;
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

function replaceName(node: UiNode, shapes: Shapes): unknown {
	if (Object.hasOwn(node.properties, PROPERTY)) return node.properties[PROPERTY];
	return shapes.of(node).kind === 'class' && !SAVERS.has(node.type) ? node.type : undefined;
}

function titleOf(node: UiNode, shapes: Shapes): string {
	const { subgraph, definition } = shapes.of(node);
	return node.title ?? subgraph?.name ?? (definition?.display_name || node.type);
}
