import type { UiDefinition, UiFile, GroupField } from '../definitions';
import type { NodeShapes, Slot } from '../nodeShapes';
import { type UiNode, isActive } from '../types';
import type { Warnings } from '../warnings';
import type { InputSpec } from '../widgets/spec';
import { textOf } from '../../core/text';
import { BigInteger } from '../../core/json';
import { fieldsOf, isControlValue } from '../widgets/fields';
import { fieldNamed } from '../widgets/values';

/** The inner field that an input of a subgraph shows. */
interface Target {
	node: UiNode;
	slot: Slot;
}

/** Max nesting of subgraphs; deeper ones are rejected when they are flattened. */
const MAX_DEPTH = 100;

/** Finds the inputs of subgraphs that are fields on the instance, and the values of each instance. */
export class PromotedWidgets {
	private readonly targets = new Map<UiDefinition, Map<string, Target>>();
	private readonly values = new Map<UiNode, InstanceWidgetValues>();
	/** Subgraphs whose targets are being searched; ends the recursion of a subgraph that contains itself. */
	private readonly open = new Set<UiDefinition>();

	constructor(
		private readonly file: UiFile,
		readonly nodeShapes: NodeShapes,
		readonly warnings: Warnings,
	) {}

	/** Inputs of a subgraph that are connected to a field inside, in order, each with its first field. */
	targetsOf(definition: UiDefinition): Map<string, Target> {
		const known = this.targets.get(definition);
		if (known || this.open.has(definition) || this.open.size > MAX_DEPTH) return known ?? new Map();
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

	/** The values on an instance; where it has none, those of its inner nodes. */
	valuesOf(instance: UiNode, definition: UiDefinition): InstanceWidgetValues {
		const known = this.values.get(instance);
		if (known) return known;
		const values: InstanceWidgetValues = { byInput: new Map(), byField: new Map() };
		this.values.set(instance, values); // Ends the recursion of a subgraph that contains itself.
		for (const [name, target] of this.targetsOf(definition))
			values.byInput.set(name, this.innerValue(target));
		readInstanceWidgetValues(instance, definition, this, values);
		return values;
	}

	/** The field behind a target, through nested subgraphs. */
	fieldOf(target: Target): { node: UiNode; spec: InputSpec } | undefined {
		const { subgraph, placed } = this.nodeShapes.of(target.node);
		const inner = subgraph && this.targetsOf(subgraph).get(target.slot.name);
		if (inner) return this.fieldOf(inner);
		const { widget } = target.slot;
		const found = widget === undefined ? undefined : fieldNamed(placed, widget);
		return found && { node: target.node, spec: found.field.spec };
	}

	/**
	 * Whether the editor ignored a text on an instance. Editors before 1.46 shared one text between all instances:
	 * for an instance inside another, that of the inner node.
	 */
	isIgnored(instance: UiNode, spec: InputSpec): boolean {
		return this.file.sharesTexts && spec.shownAs === 'STRING' && !this.isAtRoot(instance);
	}

	/** Whether editor versions disagree on which of the two values is used. */
	isDisputed(instance: UiNode, inner: unknown, own: unknown): boolean {
		return this.file.sharesTexts && this.isAtRoot(instance) && JSON.stringify(inner) !== JSON.stringify(own);
	}

	private isAtRoot(instance: UiNode): boolean {
		return this.file.root.nodes.get(instance.id) === instance;
	}

	private innerValue({ node, slot }: Target): unknown {
		const { subgraph, placed } = this.nodeShapes.of(node);
		if (subgraph) return this.valuesOf(node, subgraph).byInput.get(slot.name);
		return fieldNamed(placed, slot.widget ?? '')?.value;
	}

	private findTarget(definition: UiDefinition, linkIds: string[]): Target | undefined {
		for (const linkId of linkIds) {
			const link = definition.links.get(linkId);
			const node = link && definition.nodes.get(link.targetId);
			const slot = node && this.nodeShapes.of(node).slots.find((input) => input.linkId === linkId);
			if (node && slot && this.isField(node, slot)) return { node, slot };
		}
		return undefined;
	}

	private isField(node: UiNode, slot: Slot): boolean {
		const { subgraph, placed } = this.nodeShapes.of(node);
		if (subgraph) return this.targetsOf(subgraph).has(slot.name);
		const { widget } = slot;
		if (widget === undefined) return false;
		// A button has a value of its own on an instance, and the editor sends it.
		return Boolean(
			placed?.fields.some(({ field }) => (field.kind === 'value' || field.saved) && field.name === widget),
		);
	}
}

/** Values that an instance of a subgraph has for fields inside it. */
interface InstanceWidgetValues {
	/** By the name of the instance's input. */
	byInput: Map<string, unknown>;
	/** Values for fields without an input: inner node id, then field name. */
	byField: Map<string, Map<string, unknown>>;
}

/** Reads the values of an instance from the file. Each generation of the editor writes them differently. */
function readInstanceWidgetValues(
	instance: UiNode,
	definition: UiDefinition,
	known: PromotedWidgets,
	values: InstanceWidgetValues,
): void {
	const saved: unknown[] = Array.isArray(instance.values) ? instance.values : [];
	const { proxyWidgets } = instance.properties;
	if (definition.groupFields) takeGroup(definition.groupFields, saved, values);
	else if (Array.isArray(proxyWidgets) && proxyWidgets.length > 0) {
		takeProxied(instance, definition, known, values, proxyWidgets.map(readProxy), saved);
	} else takeInOrder(instance, definition, known, values, saved);
}

/** Editors before 1.28 and since 1.46: one value for each input that is a field. */
function takeInOrder(
	instance: UiNode,
	definition: UiDefinition,
	known: PromotedWidgets,
	values: InstanceWidgetValues,
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
		if (target) take(instance, known, values, name, target, aligned[index]);
	}
}

const specOf = (known: PromotedWidgets, target: Target | undefined) => target && known.fieldOf(target)?.spec;

/** Editors from 1.28 to 1.45: `proxyWidgets` names the field of each value. */
function takeProxied(
	instance: UiNode,
	definition: UiDefinition,
	known: PromotedWidgets,
	values: InstanceWidgetValues,
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
		if (linked) take(instance, known, values, ...linked, saved[index]);
		else if (inner) takeField(known, values, inner, name, saved[index]);
	}
}

/** Group nodes: one value for each field of each inner node, including control-after-generate fields. */
function takeGroup(fields: GroupField[], saved: unknown[], values: InstanceWidgetValues): void {
	for (const [index, { node, field, port }] of fields.entries()) {
		const value = saved[index];
		if (field.kind !== 'value' || isNothing(value) || !fits(field.spec, value)) continue;
		if (port !== undefined) values.byInput.set(port, value);
		else setField(values, textOf(node), field.name, value);
	}
}

function take(
	instance: UiNode,
	known: PromotedWidgets,
	values: InstanceWidgetValues,
	name: string,
	target: Target,
	value: unknown,
): void {
	if (isNothing(value)) return;
	const spec = known.fieldOf(target)?.spec;
	if (spec && known.isIgnored(instance, spec)) return;
	if (!spec || fits(spec, value)) {
		if (isActive(instance) && known.isDisputed(instance, values.byInput.get(name), value)) {
			const text = `has its own value for "${name}", which is used. Editors from 1.40 to 1.45 use the value inside the subgraph.`;
			known.warnings.add('own-value', instance.id, instance, text);
		}
		values.byInput.set(name, value);
	} else if (isActive(instance)) {
		const text = `has a value for "${name}" that does not fit; the value inside the subgraph is used.`;
		known.warnings.add('promoted-value', instance.id, instance, text);
	}
}

/** A field that the instance shows without an input. */
function takeField(
	known: PromotedWidgets,
	values: InstanceWidgetValues,
	inner: UiNode,
	name: string,
	value: unknown,
): void {
	if (isNothing(value)) return;
	const { kind, slots, placed } = known.nodeShapes.of(inner);
	if (kind === 'primitive') return setField(values, inner.id, 'value', value);
	const found = fieldNamed(placed, name);
	const isShown = found
		? fits(found.field.spec, value)
		: kind === 'instance' && slots.some((slot) => slot.name === name);
	if (isShown) setField(values, inner.id, name, value);
}

function setField(values: InstanceWidgetValues, inner: string, name: string, value: unknown): void {
	const fields = values.byField.get(inner) ?? new Map<string, unknown>();
	values.byField.set(inner, fields.set(name, value));
}

/** `[inner node id, field name]`; some versions put the ids of nested instances before the name. */
function readProxy(raw: unknown): [string, string] {
	const [id, name]: unknown[] = Array.isArray(raw) ? raw : [];
	return [textOf(id ?? ''), textOf(name ?? '').replace(/^(\s*\d+\s*:\s*)+/, '')];
}

const isNothing = (value: unknown) => value === undefined || value === null;

/**
 * Inputs that were fields when the file was saved. Their values still have a position, also when the class has
 * lost the field since.
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

/** Removes control-after-generate values when the list is longer than the number of fields. */
function align(specs: Array<InputSpec | undefined>, saved: unknown[]): unknown[] {
	if (saved.length <= specs.length) return saved;
	let position = 0;
	return specs.map((spec) => {
		const value = saved[position++];
		const hasControl = spec && fieldsOf(spec).some(({ kind }) => kind === 'control');
		if (hasControl && isControlValue(saved[position])) position++;
		return value;
	});
}

/** Whether a value has the type of a field; positions can be shifted in damaged files. */
function fits({ shownAs }: InputSpec, value: unknown): boolean {
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
