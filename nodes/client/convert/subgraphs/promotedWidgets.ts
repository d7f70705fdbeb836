import type { UiDefinition } from '../definitions';
import type { Shapes, Slot } from '../nodeShapes';
import { type UiNode, isActive } from '../types';
import type { Warnings } from '../warnings';
import type { Spec } from '../widgets/spec';
import type { UiFile } from '../UiFile';
import type { GroupField } from '../groupNodes/layout';
import { textOf } from '../../core/text';
import { BigInteger } from '../../core/json';
import { fieldsOf, isControlValue } from '../widgets/fields';

/** The inner field that an input of a subgraph stands for. */
interface Target {
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

/** What an instance of a subgraph says about fields inside it. */
interface HostValues {
	/** By the name of the input of the instance. */
	byInput: Map<string, unknown>;
	/** Values for fields that have no input of their own: inner node id, then name of the field. */
	byField: Map<string, Map<string, unknown>>;
}

/** Adds what an instance says to what its inner nodes say. Each generation of editors wrote it in its own way. */
function readHostValues(host: UiNode, definition: UiDefinition, known: Promotions, values: HostValues): void {
	const saved: unknown[] = Array.isArray(host.values) ? host.values : [];
	const { proxyWidgets } = host.properties;
	if (definition.groupFields) takeGroup(definition.groupFields, saved, values);
	else if (Array.isArray(proxyWidgets) && proxyWidgets.length > 0) {
		takeProxied(host, definition, known, values, proxyWidgets.map(readProxy), saved);
	} else takeInOrder(host, definition, known, values, saved);
}

/** Editors before 1.28 and since 1.46: one value for each input that is a field. */
function takeInOrder(
	host: UiNode,
	definition: UiDefinition,
	known: Promotions,
	values: HostValues,
	saved: unknown[],
): void {
	const targets = known.targetsOf(definition);
	const shown = fieldInputs(definition, targets, saved.length);
	const aligned = align(
		shown.map((name) => specOf(known, targets.get(name))),
		saved,
	);
	for (const [index, name] of shown.entries()) {
		const target = targets.get(name);
		if (target) take(host, known, values, name, target, aligned[index]);
	}
}

const specOf = (known: Promotions, target: Target | undefined) => target && known.fieldOf(target)?.spec;

/** Editors from 1.28 to 1.45: a list says which field each value is for. */
function takeProxied(
	host: UiNode,
	definition: UiDefinition,
	known: Promotions,
	values: HostValues,
	proxies: Array<[innerId: string, name: string]>,
	saved: unknown[],
): void {
	const targets = [...known.targetsOf(definition)];
	for (const [index, [innerId, name]] of proxies.entries()) {
		const inner = definition.nodes.get(innerId);
		const linked = targets.find(
			([input, { node, slot }]) =>
				(innerId === '-1' && input === name) || (node === inner && (slot.widget ?? slot.name) === name),
		);
		if (linked) take(host, known, values, ...linked, saved[index]);
		else if (inner) takeField(known, values, inner, name, saved[index]);
	}
}

/** Group nodes: one value for each field of each inner node, what happens to seeds included. */
function takeGroup(fields: GroupField[], saved: unknown[], values: HostValues): void {
	for (const [index, { node, field, port }] of fields.entries()) {
		const value = saved[index];
		if (field.kind !== 'value' || isNothing(value) || !fits(field.spec, value)) continue;
		if (port !== undefined) values.byInput.set(port, value);
		else setField(values, textOf(node), field.name, value);
	}
}

function take(
	host: UiNode,
	known: Promotions,
	values: HostValues,
	name: string,
	target: Target,
	value: unknown,
): void {
	if (isNothing(value)) return;
	const spec = known.fieldOf(target)?.spec;
	if (spec && known.isOverruled(host, spec)) return;
	if (!spec || fits(spec, value)) {
		if (isActive(host) && known.isDisputed(host, values.byInput.get(name), value)) {
			const text = `has its own value for "${name}", which is used; editors from 1.40 to 1.45 used the one inside the subgraph.`;
			known.warnings.add('own-value', host.id, host, text);
		}
		values.byInput.set(name, value);
	} else if (isActive(host)) {
		const text = `has a value for "${name}" that does not fit; the value inside the subgraph is used.`;
		known.warnings.add('promoted-value', host.id, host, text);
	}
}

/** A field that the instance shows without an input for it. */
function takeField(known: Promotions, values: HostValues, inner: UiNode, name: string, value: unknown): void {
	if (isNothing(value)) return;
	const { kind, slots, placed } = known.shapes.of(inner);
	if (kind === 'primitive') return setField(values, inner.id, 'value', value);
	const found = placed?.fields.find(({ field }) => field.kind === 'value' && field.name === name);
	const isShown = found
		? fits(found.field.spec, value)
		: kind === 'host' && slots.some((slot) => slot.name === name);
	if (isShown) setField(values, inner.id, name, value);
}

function setField(values: HostValues, inner: string, name: string, value: unknown): void {
	const fields = values.byField.get(inner) ?? new Map<string, unknown>();
	values.byField.set(inner, fields.set(name, value));
}

/** `[inner node id, name]`; names of fields of nested subgraphs came with ids before them for a while. */
function readProxy(raw: unknown): [string, string] {
	const [id, name]: unknown[] = Array.isArray(raw) ? raw : [];
	return [textOf(id ?? ''), textOf(name ?? '').replace(/^(\s*\d+\s*:\s*)+/, '')];
}

const isNothing = (value: unknown) => value === undefined || value === null;

/**
 * Inputs that were fields when the file was saved. A class may have lost the field behind one since; its
 * value still has a place.
 */
function fieldInputs(definition: UiDefinition, targets: Map<string, Target>, count: number): string[] {
	if (targets.size === count) return [...targets.keys()];
	const inputs = [...definition.nodes.values()].flatMap((node) => node.inputs);
	const fields = new Set(inputs.filter(({ widget }) => widget !== undefined).map(({ linkId }) => linkId));
	const marked = definition.inputs.filter(
		({ name, linkIds }) => targets.has(name) || linkIds.some((id) => fields.has(id)),
	);
	return marked.length === count ? marked.map(({ name }) => name) : [...targets.keys()];
}

/** Leaves out what happens to a seed after a run, where the list is longer than the fields are many. */
function align(specs: Array<Spec | undefined>, saved: unknown[]): unknown[] {
	if (saved.length <= specs.length) return saved;
	let position = 0;
	return specs.map((spec) => {
		const value = saved[position++];
		const hasControl = spec && fieldsOf(spec).some(({ kind }) => kind === 'control');
		if (hasControl && isControlValue(saved[position])) position++;
		return value;
	});
}

/** Whether a saved value can be one of a field; values stand by position and can have slipped. */
function fits({ shownAs }: Spec, value: unknown): boolean {
	switch (shownAs) {
		case 'INT':
		case 'FLOAT':
			return typeof value === 'number' || value instanceof BigInteger;
		case 'BOOLEAN':
			return typeof value === 'boolean';
		case 'STRING':
		case 'TEXTAREA':
		case 'MARKDOWN':
			return typeof value === 'string';
		case 'COMBO':
		case 'COMFY_DYNAMICCOMBO_V3':
			return typeof value !== 'object' || Array.isArray(value);
		default:
			return true;
	}
}
