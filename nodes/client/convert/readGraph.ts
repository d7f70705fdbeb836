import type { UiGraph, UiInput, UiLink, UiNode } from './types';
import type { Warnings } from './warnings';
import { textOf } from '../core/text';
import { BigInteger, numberOf } from '../core/json';
import { isRecord } from '../core/guards';

/** Converts an id (string, number or large integer) to a string. */
export function toId(value: unknown): string | undefined {
	if (value === null || value === undefined || value === '') return undefined;
	return typeof value === 'string' || typeof value === 'number' || value instanceof BigInteger
		? String(value)
		: undefined;
}

/** Converts a type to text. A list is a combo; old files use 0 and -1 for event and any type. */
export function toType(value: unknown): string {
	if (Array.isArray(value)) return 'COMBO';
	return typeof value === 'string' ? value : '*';
}

/** Reads one graph; skips what cannot be read, with warnings. */
export function readGraph(raw: Record<string, unknown>, name: string, warnings: Warnings): UiGraph {
	const nodes = new Map<string, UiNode>();
	for (const item of listOf(raw.nodes)) {
		const node = readNode(item);
		if (!node)
			warnings.addGeneral('unreadable-node', `A node${within(name)} has no id or no type; it is omitted.`);
		else if (nodes.has(node.id)) {
			warnings.add(
				'duplicate-id',
				node.id,
				node,
				`shares its id with another node${within(name)}; it is omitted.`,
			);
		} else nodes.set(node.id, node);
	}
	const links = new Map<string, UiLink>();
	for (const item of listOf(raw.links)) {
		const link = readLink(item);
		if (link && !links.has(link.id)) links.set(link.id, link);
	}
	return { name, nodes, links };
}

const within = (name: string) => (name ? ` in subgraph "${name}"` : '');

/** Reads one node; `undefined` when it has no id or no type. */
export function readNode(raw: unknown): UiNode | undefined {
	if (!isRecord(raw)) return undefined;
	const id = toId(raw.id);
	if (!id || typeof raw.type !== 'string') return undefined;
	const node: UiNode = {
		id,
		type: raw.type,
		mode: typeof raw.mode === 'number' ? raw.mode : 0,
		inputs: readInputs(raw.inputs),
		outputs: listOf(raw.outputs).map(readOutput),
		values: raw.widgets_values,
		properties: isRecord(raw.properties) ? raw.properties : {},
	};
	if (typeof raw.title === 'string' && raw.title) node.title = raw.title;
	if (isRecord(raw.widgets_values_named)) node.namedValues = raw.widgets_values_named;
	return node;
}

function readInputs(raw: unknown): UiInput[] {
	const inputs: UiInput[] = [];
	for (const input of listOf(raw)) if (isRecord(input)) inputs.push(readInput(input));
	return inputs;
}

function readInput(raw: Record<string, unknown>): UiInput {
	const { widget, label } = raw;
	// All with the same members: the engine reads such objects faster.
	return {
		name: textOf(raw.name ?? ''),
		type: toType(raw.type),
		linkId: toId(raw.link),
		widget: isRecord(widget) && typeof widget.name === 'string' ? widget.name : undefined,
		label: typeof label === 'string' && label ? label : undefined,
	};
}

function readOutput(raw: unknown): UiNode['outputs'][number] {
	return isRecord(raw)
		? { name: textOf(raw.name ?? ''), type: toType(raw.type) }
		: { name: '', type: toType(undefined) };
}

/** `[id, origin, slot, target, slot, type]`, or an object with the same members. */
function readLink(raw: unknown): UiLink | undefined {
	const [id, origin, originSlot, target, targetSlot]: unknown[] = Array.isArray(raw)
		? raw
		: isRecord(raw)
			? [raw.id, raw.origin_id, raw.origin_slot, raw.target_id, raw.target_slot]
			: [];
	const linkId = toId(id);
	const originId = toId(origin);
	if (linkId === undefined || originId === undefined) return undefined;
	return {
		id: linkId,
		originId,
		originSlot: toSlot(originSlot),
		targetId: toId(target) ?? '',
		targetSlot: toSlot(targetSlot),
	};
}

function toSlot(value: unknown): number {
	const slot = numberOf(value ?? 0);
	return Number.isInteger(slot) && slot >= 0 ? slot : 0;
}

/** Some tools write lists as objects with the indices as keys. */
export function listOf(value: unknown): unknown[] {
	if (Array.isArray(value)) return value;
	return isRecord(value) ? Object.values(value) : [];
}
