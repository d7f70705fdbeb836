import type { Promotions } from './promotedWidgets';
import type { Scope } from './flatten';
import type { Warnings } from '../warnings';
import type { Primitives } from '../primitives';
import type { Shapes } from '../nodeShapes';
import type { UiNode } from '../types';
import type { UiFile } from '../UiFile';

/** Tells what stands in the fields of one instance of a subgraph at its place. */
export class InstanceValues {
	constructor(
		private readonly promotions: Promotions,
		private readonly sharedTexts: SharedTexts,
		private readonly warnings: Warnings,
	) {}

	/**
	 * The value of a field on an instance.
	 * @param scope the inside of the instance
	 * @param name of the input of the instance
	 */
	valueOf({ host }: Scope, name: string): unknown {
		if (!host) return undefined;
		const { node, definition, scope } = host;
		const target = this.promotions.targetsOf(definition).get(name);
		const field = target && this.promotions.fieldOf(target);
		const shared = field && this.sharedTexts.get(field.node)?.get(field.spec.name);
		if (shared !== undefined) {
			const text =
				'shows the text that a primitive node gives another instance of its subgraph, as editors before 1.46 did.';
			this.warnings.add('shared-text', scope.prefix + node.id, node, text);
			return shared;
		}
		const outer = scope.host && this.promotions.valuesOf(scope.host.node, scope.host.definition);
		const shown = outer?.byField.get(node.id);
		return shown?.has(name) ? shown.get(name) : this.promotions.valuesOf(node, definition).byInput.get(name);
	}
}

/** Texts of inner nodes: node, then name of the field. */
type SharedTexts = Map<UiNode, Map<string, string>>;

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
