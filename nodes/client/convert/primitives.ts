import { rounded, withinLimits } from './numbers';
import type { Shapes, Slot } from './nodeShapes';
import type { UiGraph, UiNode } from './types';
import type { Warnings } from './warnings';
import type { Spec } from './widgets/spec';

/** A value that a primitive node writes. */
export interface Push {
	primitive: UiNode;
	value: unknown;
}

/** What primitive nodes write into fields, and inputs of subgraph instances: node, then name of the field. */
export type Pushes = Map<UiNode, Map<string, Push>>;

interface End {
	node: UiNode;
	slot: Slot;
}

const REPLACES = 'Run widget replace on values';

/** Knows what primitive nodes write. Those that are muted or bypassed write too, but not through reroutes. */
export class Primitives {
	private readonly known = new Map<UiGraph, Pushes>();
	private replace = (text: string) => text;

	constructor(
		private readonly shapes: Shapes,
		private readonly warnings: Warnings,
	) {}

	/** @param replace what is done to the texts of primitive nodes that replace names */
	replaceWith(replace: (text: string) => string): void {
		this.replace = replace;
	}

	pushesOf(graph: UiGraph): Pushes {
		const known = this.known.get(graph);
		if (known) return known;
		const pushes: Pushes = new Map();
		this.known.set(graph, pushes); // Names in texts may lead back to this graph.
		for (const [primitive, ends] of this.endsOf(graph)) {
			const given = this.valueOf(primitive, ends);
			for (const { node, slot } of ends) {
				const name = this.fieldName(node, slot);
				if (name === undefined) this.warn(primitive, node, slot);
				else {
					const fields = pushes.get(node) ?? new Map<string, Push>();
					const value = rounded(given, this.specOf({ node, slot }));
					pushes.set(node, fields.set(name, { primitive, value }));
				}
			}
		}
		return pushes;
	}

	/** The inputs that primitive nodes are directly connected to. */
	private endsOf(graph: UiGraph): Map<UiNode, End[]> {
		const ends = new Map<UiNode, End[]>();
		const primitives = [...graph.nodes.values()].filter((node) => this.shapes.of(node).kind === 'primitive');
		if (primitives.length === 0) return ends;
		const wanted = new Set(primitives);
		for (const node of graph.nodes.values()) {
			const { kind, slots } = this.shapes.of(node);
			if (kind !== 'class' && kind !== 'host') continue;
			for (const slot of slots) {
				const link = slot.linkId === undefined ? undefined : graph.links.get(slot.linkId);
				const source = link && graph.nodes.get(link.originId);
				if (!source || !wanted.has(source)) continue;
				const known = ends.get(source) ?? [];
				known.push({ node, slot });
				ends.set(source, known);
			}
		}
		return ends;
	}

	private fieldName(node: UiNode, { name, widget }: Slot): string | undefined {
		const { kind, values } = this.shapes.of(node);
		if (kind === 'host') return name;
		return widget !== undefined && values?.has(widget) ? widget : undefined;
	}

	/** The saved value, within the limits of all fields it goes to; without one that of the first field. */
	private valueOf(primitive: UiNode, ends: End[]): unknown {
		const saved: unknown = Array.isArray(primitive.values) ? primitive.values[0] : undefined;
		const [{ node, slot }] = ends;
		const value = saved ?? this.shapes.of(node).values?.get(slot.widget ?? '');
		if (typeof value === 'string') return primitive.properties[REPLACES] ? this.replace(value) : value;
		return withinLimits(
			value,
			ends.flatMap((end) => this.specOf(end) ?? []),
		);
	}

	private specOf({ node, slot }: End): Spec | undefined {
		const fields = this.shapes.of(node).placed?.fields;
		return fields?.find(({ field }) => field.kind === 'value' && field.name === slot.widget)?.field.spec;
	}

	private warn(primitive: UiNode, node: UiNode, slot: Slot): void {
		this.warnings.add(
			'primitive-without-field',
			primitive.id,
			primitive,
			`is connected to "${slot.name}" of node ${node.id}, which has no field for its value.`,
		);
	}
}
