import type { Primitives } from './primitives';
import type { Promotions } from './subgraphs/promotedWidgets';
import type { Shapes } from './nodeShapes';
import type { UiNode } from './types';
import type { UiFile } from './UiFile';

/** Texts of inner nodes: node, then name of the field. */
export type SharedTexts = Map<UiNode, Map<string, string>>;

/**
 * In older editors a primitive node that feeds a text of one instance of a subgraph changed the inner
 * node, and with it all other instances.
 */
export function findSharedTexts(
	file: UiFile,
	shapes: Shapes,
	promotions: Promotions,
	primitives: Primitives,
): SharedTexts {
	const texts: SharedTexts = new Map();
	if (!file.sharesTexts) return texts;
	for (const graph of [file.root, ...file.definitions.values()]) {
		for (const [node, pushes] of primitives.pushesOf(graph)) {
			const { subgraph } = shapes.of(node);
			if (!subgraph) continue;
			for (const [name, { value }] of pushes) {
				const target = promotions.targetsOf(subgraph).get(name);
				const field = target && promotions.fieldOf(target);
				if (field?.spec.shownAs !== 'STRING' || typeof value !== 'string') continue;
				const known = texts.get(field.node) ?? new Map<string, string>();
				texts.set(field.node, known.set(field.spec.name, value));
			}
		}
	}
	return texts;
}
