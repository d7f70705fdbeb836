import { defaultOf, isControlValue, type Field } from './fields';
import { variantOf, type ClassLayout, type Socket } from './layout';
import { isRecord } from '../../core/guards';

/** A field with the value that the file gives it. */
interface PlacedField {
	field: Field;
	value: unknown;
}

/** A node's fields with their values, and its sockets, once its choices are known. */
export interface Placed {
	fields: PlacedField[];
	sockets: Socket[];
	groups: string[];
	/** Values by name that no field of the class takes; only files that save by name have any. */
	others: Array<[name: string, value: unknown]>;
	/** Names of fields for which the file says null; they have their defaults. */
	nulls: string[];
	/** How many saved values there are too few, or (negative) too many. */
	lacking: number;
}

/** Gives one field its value; `undefined` when the file has none. */
type Source = (field: Field) => unknown;

/**
 * Gives the fields of a node the values of the file. Fields stand in the list by position, so each one
 * before has to be known, also those that are never sent.
 * @param values `widgets_values`: a list, or an object by name
 * @param named `widgets_values_named`; taken when the list does not fit the class
 */
export function placeValues(layout: ClassLayout, values: unknown, named?: Record<string, unknown>): Placed {
	if (isRecord(values)) return byName(layout, values, true);
	const list = Array.isArray(values) ? migrated(layout, values) : [];
	const placed = byPosition(layout, list);
	return named && placed.lacking !== 0 ? byName(layout, named, false) : placed;
}

function byPosition(layout: ClassLayout, list: unknown[]): Placed {
	const expected = layout.fields.filter(({ saved }) => saved).length;
	let position = 0;
	const placed = place(layout, (field) => {
		if (!field.saved) return undefined;
		// Files made by hand often lack the control values.
		const missing = field.kind === 'control' && list.length < expected && !isControlValue(list[position]);
		return missing ? undefined : list[position++];
	});
	return { ...placed, lacking: position - list.length };
}

function byName(layout: ClassLayout, values: Record<string, unknown>, keepOthers: boolean): Placed {
	const placed = place(layout, ({ name, kind }) =>
		kind === 'value' && Object.hasOwn(values, name) ? values[name] : undefined,
	);
	const taken = new Set([
		...placed.fields.map(({ field }) => field.name),
		...placed.sockets.map(({ name }) => name),
	]);
	const others = Object.entries(values).filter(
		([name, value]) => keepOthers && !taken.has(name) && value !== null && !isDecoration(name, value),
	);
	return { ...placed, others };
}

/** Previews, buttons and controls that nodes of custom packages save among their values. */
function isDecoration(name: string, value: unknown): boolean {
	return (
		name === 'videopreview' ||
		name === '__proto__' ||
		/^control_(after|before)_generate|^control_filter_list/.test(name) ||
		(/upload/.test(name) && value === 'image')
	);
}

function place(layout: ClassLayout, valueOf: Source): Placed {
	const placed: Placed = {
		fields: [],
		sockets: layout.sockets,
		groups: layout.groups,
		others: [],
		nulls: [],
		lacking: 0,
	};
	const pending = [...layout.fields].reverse();
	for (let field = pending.pop(); field; field = pending.pop()) {
		const saved = valueOf(field);
		const value = saved ?? (field.kind === 'value' ? substitute(field, saved) : undefined);
		if (saved === null && field.kind === 'value') placed.nulls.push(field.name);
		placed.fields.push({ field, value });
		if (field.kind !== 'value' || field.spec.shownAs !== 'COMFY_DYNAMICCOMBO_V3') continue;
		const variant = variantOf(layout, field.spec, value);
		pending.push(...[...variant.fields].reverse());
		placed.groups = [...placed.groups, ...variant.groups];
		placed.sockets = insertAfter(placed.sockets, field.name, variant.sockets);
	}
	return placed;
}

/** The editor puts the first choice where a file says null, and its default where it says nothing. */
function substitute({ spec }: Field, saved: unknown): unknown {
	const first = saved === null && spec.shownAs === 'COMBO' ? spec.choices[0] : undefined;
	return first ?? defaultOf(spec) ?? saved;
}

function insertAfter(sockets: Socket[], name: string, added: Socket[]): Socket[] {
	if (added.length === 0) return sockets;
	const at = sockets.findIndex((socket) => socket.name === name) + 1;
	return [...sockets.slice(0, at), ...added, ...sockets.slice(at)];
}

/**
 * Leaves out values that stand in files of older editors for inputs that have no field any more: inputs
 * with `forceInput` (until 1.16), and players, which had an empty place.
 */
function migrated(layout: ClassLayout, values: unknown[]): unknown[] {
	const { fields, specs } = layout;
	const names = new Set(fields.map(({ name }) => name));
	const unsaved = new Set(fields.filter(({ saved }) => !saved).map(({ name }) => name));
	const forced = specs.flatMap(({ name, options }) => {
		const isForced = Boolean(options.forceInput);
		if ((!names.has(name) && !isForced) || unsaved.has(name)) return [];
		return options.control_after_generate ? [isForced, false] : [isForced];
	});
	const saved = fields.filter((field) => field.saved).length;
	if (!forced.includes(true) && values.length === saved) return values;
	const compact = values.filter((_, index) => fields[index]?.saved !== false);
	const aligned = [compact, values].find(({ length }) => length === forced.length);
	return aligned ? aligned.filter((_, index) => !forced[index]) : values;
}
