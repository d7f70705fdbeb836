import type { UiDefinition } from '../definitions';
import { readHostValues, type HostValues } from '../hostValues';
import type { Shapes, Slot } from '../nodeShapes';
import type { UiNode } from '../types';
import type { Warnings } from '../warnings';
import type { Spec } from '../widgets/spec';
import type { UiFile } from '../UiFile';

/** The inner field that an input of a subgraph stands for. */
export interface Target {
	node: UiNode;
	slot: Slot;
}

/** Subgraphs inside each other beyond this are refused where they run. */
const DEEPEST = 100;

/** Knows which inputs of subgraphs are fields on the outside, and what each instance says in them. */
export class Promotions {
	private readonly targets = new Map<UiDefinition, Map<string, Target>>();
	private readonly values = new Map<UiNode, HostValues>();
	/** Subgraphs whose targets are being looked for; one that contains itself has no others. */
	private readonly open = new Set<UiDefinition>();

	constructor(
		private readonly file: UiFile,
		readonly shapes: Shapes,
		readonly warnings: Warnings,
	) {}

	/** Inputs of a subgraph that lead to a field inside, in order, with the first such field. */
	targetsOf(definition: UiDefinition): Map<string, Target> {
		const known = this.targets.get(definition);
		if (known || this.open.has(definition) || this.open.size > DEEPEST) return known ?? new Map();
		this.open.add(definition);
		const found = new Map<string, Target>();
		for (const { name, linkIds } of definition.inputs) {
			const target = this.findTarget(definition, linkIds);
			if (target) found.set(name, target);
		}
		this.open.delete(definition);
		this.targets.set(definition, found);
		return found;
	}

	/** What an instance says, and for the rest what its inner nodes say. */
	valuesOf(host: UiNode, definition: UiDefinition): HostValues {
		const known = this.values.get(host);
		if (known) return known;
		const values: HostValues = { byInput: new Map(), byField: new Map() };
		this.values.set(host, values); // A subgraph that contains itself asks again.
		for (const [name, target] of this.targetsOf(definition))
			values.byInput.set(name, this.innerValue(target));
		readHostValues(host, definition, this, values);
		return values;
	}

	/** The field of a node that an input stands for in the end. */
	fieldOf(target: Target): { node: UiNode; spec: Spec } | undefined {
		const { subgraph, placed } = this.shapes.of(target.node);
		const inner = subgraph && this.targetsOf(subgraph).get(target.slot.name);
		if (inner) return this.fieldOf(inner);
		const { widget } = target.slot;
		const found = placed?.fields.find(({ field }) => field.kind === 'value' && field.name === widget);
		return found && { node: target.node, spec: found.field.spec };
	}

	/**
	 * Whether a text on an instance counts for nothing. Older editors had one text for all instances, that
	 * of the inner node, which came last for an instance inside another.
	 */
	isOverruled(host: UiNode, spec: Spec): boolean {
		return this.file.sharesTexts && spec.shownAs === 'STRING' && !this.isOuter(host);
	}

	/** Whether editors disagree on which of the two values counts. */
	isDisputed(host: UiNode, inner: unknown, own: unknown): boolean {
		return this.file.sharesTexts && this.isOuter(host) && JSON.stringify(inner) !== JSON.stringify(own);
	}

	private isOuter(host: UiNode): boolean {
		return this.file.root.nodes.get(host.id) === host;
	}

	private innerValue({ node, slot }: Target): unknown {
		const { subgraph, values } = this.shapes.of(node);
		if (subgraph) return this.valuesOf(node, subgraph).byInput.get(slot.name);
		return values?.get(slot.widget ?? '');
	}

	private findTarget(definition: UiDefinition, linkIds: string[]): Target | undefined {
		for (const linkId of linkIds) {
			const link = definition.links.get(linkId);
			const node = link && definition.nodes.get(link.targetId);
			const slot = node && this.shapes.of(node).slots.find((input) => input.linkId === linkId);
			if (node && slot && this.isField(node, slot)) return { node, slot };
		}
		return undefined;
	}

	private isField(node: UiNode, slot: Slot): boolean {
		const { subgraph, values } = this.shapes.of(node);
		if (subgraph) return this.targetsOf(subgraph).has(slot.name);
		return slot.widget !== undefined && Boolean(values?.has(slot.widget));
	}
}
