import type { PromotedWidgets } from './promotedWidgets';
import type { Scope } from './flatten';
import type { Warnings } from '../warnings';
import type { Primitives } from '../primitives';
import type { NodeShapes } from '../nodeShapes';
import type { UiNode } from '../types';
import type { UiFile } from '../definitions';

/** Resolves the field values of one expanded instance of a subgraph. */
export class InstanceValueResolver {
	constructor(
		private readonly promotedWidgets: PromotedWidgets,
		private readonly sharedTexts: SharedTexts,
		private readonly warnings: Warnings,
	) {}

	/**
	 * The value of a field on an instance.
	 * @param scope the expanded instance
	 * @param name name of the instance's input
	 */
	valueOf({ instance }: Scope, name: string): unknown {
		if (!instance) return undefined;
		const { node, definition, scope } = instance;
		const target = this.promotedWidgets.targetsOf(definition).get(name);
		const field = target && this.promotedWidgets.fieldOf(target);
		const shared = field && this.sharedTexts.get(field.node)?.get(field.spec.name);
		if (shared !== undefined) {
			const text =
				'uses the text that a primitive node gives to another instance of its subgraph, as editors before 1.46 do.';
			this.warnings.add('shared-text', scope.prefix + node.id, node, text);
			return shared;
		}
		const outer =
			scope.instance && this.promotedWidgets.valuesOf(scope.instance.node, scope.instance.definition);
		const shown = outer?.byField.get(node.id);
		return shown?.has(name)
			? shown.get(name)
			: this.promotedWidgets.valuesOf(node, definition).byInput.get(name);
	}
}

/** Texts of inner nodes: node, then name of the field. */
type SharedTexts = Map<UiNode, Map<string, string>>;

/**
 * In editors before 1.46, a primitive node that is connected to a text of one instance changes the inner node,
 * and with it all other instances.
 */
export function findSharedTexts(
	file: UiFile,
	nodeShapes: NodeShapes,
	promotedWidgets: PromotedWidgets,
	primitives: Primitives,
): SharedTexts {
	const texts: SharedTexts = new Map();
	if (!file.sharesTexts) return texts;
	for (const graph of [file.root, ...file.definitions.values()]) {
		for (const [node, pushes] of primitives.pushesOf(graph)) {
			const { subgraph } = nodeShapes.of(node);
			if (!subgraph) continue;
			for (const [name, { value }] of pushes) {
				const target = promotedWidgets.targetsOf(subgraph).get(name);
				const field = target && promotedWidgets.fieldOf(target);
				if (field?.spec.shownAs !== 'STRING' || typeof value !== 'string') continue;
				const known = texts.get(field.node) ?? new Map<string, string>();
				texts.set(field.node, known.set(field.spec.name, value));
			}
		}
	}
	return texts;
}
