import type { NodeShapes, Slot } from './nodeShapes';
import type { UiGraph, UiNode } from './types';
import type { Warnings } from './warnings';
import type { InputSpec } from './widgets/spec';
import { fieldNamed } from './widgets/values';
import { BigInteger, numberOf } from '../core/json';

/** A value that a primitive node writes into a field. */
export interface Push {
	primitive: UiNode;
	value: unknown;
}

/** Values that primitive nodes write into fields and inputs of instances: node, then field name. */
type Pushes = Map<UiNode, Map<string, Push>>;

interface End {
	node: UiNode;
	slot: Slot;
}

const REPLACES = 'Run widget replace on values';

/** Finds the values that primitive nodes write. Muted and bypassed ones write too, but never through reroutes. */
export class Primitives {
	private readonly known = new Map<UiGraph, Pushes>();
	private replace = (text: string) => text;

	constructor(
		private readonly nodeShapes: NodeShapes,
		private readonly warnings: Warnings,
	) {}

	/** @param replace replaces names in the texts of primitive nodes */
	replaceWith(replace: (text: string) => string): void {
		this.replace = replace;
	}

	pushesOf(graph: UiGraph): Pushes {
		const known = this.known.get(graph);
		if (known) return known;
		const pushes: Pushes = new Map();
		this.known.set(graph, pushes); // Names in texts can refer back to this graph.
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

	/** The inputs with a direct link from a primitive node. */
	private endsOf(graph: UiGraph): Map<UiNode, End[]> {
		const ends = new Map<UiNode, End[]>();
		const primitives = [...graph.nodes.values()].filter(
			(node) => this.nodeShapes.of(node).kind === 'primitive',
		);
		if (primitives.length === 0) return ends;
		const wanted = new Set(primitives.map(({ id }) => id));
		const sources = new Map<string | undefined, UiNode>(); // by the id of the link
		for (const { id, originId } of graph.links.values()) {
			const source = wanted.has(originId) ? graph.nodes.get(originId) : undefined;
			if (source) sources.set(id, source);
		}
		if (sources.size === 0) return ends;
		for (const node of graph.nodes.values()) {
			const { kind, slots } = this.nodeShapes.of(node);
			if (kind !== 'class' && kind !== 'instance') continue;
			for (const slot of slots) {
				const source = sources.get(slot.linkId);
				if (!source) continue;
				const known = ends.get(source) ?? [];
				known.push({ node, slot });
				ends.set(source, known);
			}
		}
		return ends;
	}

	private fieldName(node: UiNode, { name, widget }: Slot): string | undefined {
		const { kind, placed } = this.nodeShapes.of(node);
		if (kind === 'instance') return name;
		return widget !== undefined && fieldNamed(placed, widget) ? widget : undefined;
	}

	/** The saved value, else that of the first field, within the limits of all connected fields. */
	private valueOf(primitive: UiNode, ends: End[]): unknown {
		const saved: unknown = Array.isArray(primitive.values) ? primitive.values[0] : undefined;
		const [{ node, slot }] = ends;
		const value = saved ?? fieldNamed(this.nodeShapes.of(node).placed, slot.widget ?? '')?.value;
		if (typeof value === 'string') return primitive.properties[REPLACES] ? this.replace(value) : value;
		return withinLimits(
			value,
			ends.flatMap((end) => this.specOf(end) ?? []),
		);
	}

	private specOf({ node, slot }: End): InputSpec | undefined {
		const { placed } = this.nodeShapes.of(node);
		return slot.widget === undefined ? undefined : fieldNamed(placed, slot.widget)?.field.spec;
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

const isNumeric = ({ shownAs }: InputSpec) => shownAs === 'INT' || shownAs === 'FLOAT';

/** Limits of a number field; the editor has defaults where the class declares none. */
function limitsOf({ options }: InputSpec): { min: number; max: number } {
	return { min: toNumber(options.min) ?? 0, max: toNumber(options.max) ?? 2048 };
}

/** Limits a primitive node's number to the range that all its fields allow, as the editor does. */
function withinLimits(value: unknown, specs: InputSpec[]): unknown {
	const limits = specs.filter(isNumeric).map(limitsOf);
	const amount = toNumber(value);
	if (limits.length === 0 || amount === undefined) return value;
	const min = Math.max(...limits.map((limit) => limit.min));
	const max = Math.min(...limits.map((limit) => limit.max));
	if (amount < min) return min;
	return amount > max ? max : value;
}

/** Rounds a primitive node's number to the steps of its field, as the editor does. */
function rounded(value: unknown, spec: InputSpec | undefined): unknown {
	const isText = typeof value === 'string' && value.trim() !== '';
	if (!spec || !isNumeric(spec) || (typeof value !== 'number' && !isText)) return value;
	const amount = numberOf(value);
	if (!Number.isFinite(amount)) return value;
	return spec.shownAs === 'INT' ? roundInteger(amount, spec) : roundFloat(amount, spec);
}

function roundInteger(amount: number, { options }: InputSpec): number {
	const step = toNumber(options.step) || 1;
	if (step === 1) return Math.round(amount);
	const offset = (toNumber(options.min) ?? 0) % step;
	return Math.round((amount - offset) / step) * step + offset;
}

/** A step of 0.1 means one decimal, unless the field declares `round`. */
function roundFloat(amount: number, spec: InputSpec): number {
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
