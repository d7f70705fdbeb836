import type { Scope } from './subgraphs/flatten';
import type { UiGraph, UiNode } from './types';
import { isSetter } from './virtualNodes';
import { textOf } from '../core/text';

/** Finds the set node that a get node means. */
export class Setters {
	private readonly known = new Map<UiGraph, Map<string, UiNode>>();

	/** The set node of the same name, in the same graph or further out. */
	find(scope: Scope, getter: UiNode): { scope: Scope; node: UiNode } | undefined {
		for (let place: Scope | undefined = scope; place; place = place.host?.scope) {
			const node = this.in(place.graph).get(nameOf(getter));
			if (node) return { scope: place, node };
		}
		return undefined;
	}

	private in(graph: UiGraph): Map<string, UiNode> {
		const known = this.known.get(graph);
		if (known) return known;
		const found = new Map<string, UiNode>();
		for (const node of graph.nodes.values()) {
			if (isSetter(node.type) && !found.has(nameOf(node))) found.set(nameOf(node), node);
		}
		this.known.set(graph, found);
		return found;
	}
}

/** The name that a get or set node carries. */
export function nameOf({ values }: UiNode): string {
	const first: unknown = Array.isArray(values) ? values[0] : undefined;
	return textOf(first ?? '');
}
