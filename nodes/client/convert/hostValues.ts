import type { UiDefinition } from './definitions';
import type { GroupField } from './groupNodes/layout';
import { align, fieldInputs, fits } from './hostPositions';
import type { Promotions, Target } from './subgraphs/promotedWidgets';
import { isActive, type UiNode } from './types';
import { textOf } from '../core/text';

/** What an instance of a subgraph says about fields inside it. */
export interface HostValues {
	/** By the name of the input of the instance. */
	byInput: Map<string, unknown>;
	/** Values for fields that have no input of their own: inner node id, then name of the field. */
	byField: Map<string, Map<string, unknown>>;
}

/** Adds what an instance says to what its inner nodes say. Each generation of editors wrote it in its own way. */
export function readHostValues(
	host: UiNode,
	definition: UiDefinition,
	known: Promotions,
	values: HostValues,
): void {
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
