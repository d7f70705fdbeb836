import { defaultOf, isControlValue, type Field } from './fields';
import { variantOf, type ClassLayout, type Socket } from './layout';
import { isRecord } from '../../core/guards';

/** A field with its value from the file. */
interface PlacedField {
	field: Field;
	value: unknown;
}

/** Fields of a node with their values, and its sockets. Both depend on the node's choices. */
export interface PlacedValues {
	fields: PlacedField[];
	sockets: Socket[];
	groups: string[];
	/** Values by name that the class has no field for; only files that save by name have them. */
	others: Array<[name: string, value: unknown]>;
	/** Names of fields that are null in the file; they get their defaults. */
	nulls: string[];
	/** Number of missing values; negative when the file has too many. */
	lacking: number;
}

/** Returns the value of a field; `undefined` when the file has none. */
type Source = (field: Field) => unknown;

/**
 * Assigns the values of the file to the fields of a node. Values are in the list by position, so all fields before
 * have to be known, also those that are never sent.
 * @param values `widgets_values`: a list, or an object by name
 * @param named `widgets_values_named`; used when the list does not fit the class
 */
export function placeValues(
	layout: ClassLayout,
	values: unknown,
	named?: Record<string, unknown>,
): PlacedValues {
	if (isRecord(values)) return byName(layout, values, true);
	const list = Array.isArray(values) ? migrated(layout, values) : [];
	const placed = byPosition(layout, list);
	return named && placed.lacking !== 0 ? byName(layout, named, false) : placed;
}

function byPosition(layout: ClassLayout, list: unknown[]): PlacedValues {
	const expected = layout.fields.filter(({ saved }) => saved).length;
	let position = 0;
	const placed = place(layout, (field) => {
		if (!field.saved) return undefined;
		// Files made by hand often omit control values.
		const missing = field.kind === 'control' && list.length < expected && !isControlValue(list[position]);
		return missing ? undefined : list[position++];
	});
	return { ...placed, lacking: position - list.length };
}

function byName(layout: ClassLayout, values: Record<string, unknown>, keepOthers: boolean): PlacedValues {
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

/** Previews, buttons and controls that custom nodes save among their values. */
function isDecoration(name: string, value: unknown): boolean {
	return (
		name === 'videopreview' ||
		name === '__proto__' ||
		/^control_(after|before)_generate|^control_filter_list/.test(name) ||
		(/upload/.test(name) && value === 'image')
	);
}

function place(layout: ClassLayout, valueOf: Source): PlacedValues {
	const placed: PlacedValues = {
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

/** As in the editor: null in a combo becomes its first choice; a missing value becomes the default. */
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
 * Removes values of older editors for inputs that no longer have a field: inputs with `forceInput` (until 1.16),
 * and players, which had an empty value.
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

/**
 * Values of a CustomCombo: a choice whose options the user writes. The editor makes its fields: the choice,
 * its position, then one field for each option.
 */
export function placeCustomCombo(placed: PlacedValues, values: unknown): PlacedValues {
	if (!Array.isArray(values) || values.length < 3) return placed;
	const [choice, , ...options]: unknown[] = values;
	return {
		...placed,
		lacking: 0,
		others: [
			['index', options.indexOf(choice)],
			...options.map((option, index): [string, unknown] => [`option${index + 1}`, option ?? '']),
		],
	};
}
