import type { Shapes, Slot } from './nodeShapes';
import type { UiGraph, UiNode } from './types';
import type { Warnings } from './warnings';
import type { Spec } from './widgets/spec';
import { BigInteger, numberOf } from '../core/json';

/** A value that a primitive node writes. */
export interface Push {
	primitive: UiNode;
	value: unknown;
}

/** What primitive nodes write into fields, and inputs of subgraph instances: node, then name of the field. */
type Pushes = Map<UiNode, Map<string, Push>>;

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

const isNumeric = ({ shownAs }: Spec) => shownAs === 'INT' || shownAs === 'FLOAT';

/** Limits of a number field; the editor has some also where the class has none. */
function limitsOf({ options }: Spec): { min: number; max: number } {
	return { min: toNumber(options.min) ?? 0, max: toNumber(options.max) ?? 2048 };
}

/** A number that a primitive node gives several fields: within the limits of all of them, as in the editor. */
function withinLimits(value: unknown, specs: Spec[]): unknown {
	const limits = specs.filter(isNumeric).map(limitsOf);
	const amount = toNumber(value);
	if (limits.length === 0 || amount === undefined) return value;
	const min = Math.max(...limits.map((limit) => limit.min));
	const max = Math.min(...limits.map((limit) => limit.max));
	if (amount < min) return min;
	return amount > max ? max : value;
}

/** A number that a primitive node gives a field, in the steps of the field, as in the editor. */
function rounded(value: unknown, spec: Spec | undefined): unknown {
	const isText = typeof value === 'string' && value.trim() !== '';
	if (!spec || !isNumeric(spec) || (typeof value !== 'number' && !isText)) return value;
	const amount = numberOf(value);
	if (!Number.isFinite(amount)) return value;
	return spec.shownAs === 'INT' ? roundInteger(amount, spec) : roundFloat(amount, spec);
}

function roundInteger(amount: number, { options }: Spec): number {
	const step = toNumber(options.step) || 1;
	if (step === 1) return Math.round(amount);
	const offset = (toNumber(options.min) ?? 0) % step;
	return Math.round((amount - offset) / step) * step + offset;
}

/** Fields say by a step of 0.1 that they have one decimal, unless they say how they round. */
function roundFloat(amount: number, spec: Spec): number {
	const step = toNumber(spec.options.step) ?? 0.5;
	const decimals = step > 0 ? Math.max(0, -Math.floor(Math.log10(step))) : 0;
	const round = toNumber(spec.options.round) || (decimals > 0 ? 10 ** -decimals : 0);
	if (!(round > 0)) return amount;
	const { min: min, max: max } = limitsOf(spec);
	const near = Number((Math.round(amount / round) * round).toFixed(Math.min(decimals, 100)));
	return Math.min(Math.max(near, min), max);
}

function toNumber(value: unknown): number | undefined {
	if (value instanceof BigInteger) return Number(value.digits);
	return typeof value === 'number' ? value : undefined;
}
