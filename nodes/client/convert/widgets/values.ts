import { defaultOf, fieldsOf, isControlValue, type Field } from './fields';
import { formatInputs, opensInputs, variantOf, type ClassLayout, type Socket } from './layout';
import type { InputSpec } from './spec';
import { BigInteger } from '../../core/json';
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
	/** Whether names were used because the list does not fit the class. */
	isByName?: boolean;
}

/** The field of this name, and its value. */
export function fieldNamed(placed: PlacedValues | undefined, name: string): PlacedField | undefined {
	return placed?.fields.findLast(({ field }) => field.kind === 'value' && field.name === name);
}

/** Returns the value of a field; `undefined` when the file has none. */
type Source = (field: Field) => unknown;

/** The values that a file has for a node. */
export interface SavedValues {
	/** `widgets_values`: a list by position, or an object by name. */
	values: unknown;
	/** `widgets_values_named`, or the names that the class gives for older lists. */
	named?: Record<string, unknown>;
	/** Whether the names are used also when the list fits the class. */
	prefersNames?: boolean;
}

/**
 * Assigns the values of the file to the fields of a node. Values are in the list by position, so all fields before
 * have to be known, also those that are never sent. A list that does not fit the class is tried in other ways:
 * by name, with fields for custom types, and without nulls.
 * @param custom the layout in which inputs of custom types are fields, if the class has such inputs
 */
export function placeValues(
	layout: ClassLayout,
	{ values, named, prefersNames }: SavedValues,
	custom?: ClassLayout,
): PlacedValues {
	if (isRecord(values)) return byName(withNames(values, layout, custom), values, true);
	const list: unknown[] = Array.isArray(values) ? values : [];
	const placed = byPosition(layout, migrated(layout, list));
	if (named && (prefersNames || placed.lacking !== 0)) {
		// The same list with the fields that the pack's front end makes is no sign of another version of the class.
		const isOwn = custom !== undefined && byPosition(custom, migrated(custom, list)).lacking === 0;
		const isByName = list.length > 0 && !isOwn;
		return { ...byName(withNames(named, layout, custom), named, false), isByName };
	}
	if (placed.lacking >= 0) return placed;
	const dense = list.filter((value) => value !== null);
	const others = [
		...(custom ? [byPosition(custom, migrated(custom, list))] : []),
		byPosition(layout, dense),
		...(custom ? [byPosition(custom, dense)] : []),
	].filter(({ lacking }) => lacking === 0);
	// Of equal ones the first is taken.
	const withoutHoles = withoutNulls(list, -placed.lacking).map((shorter) => byPosition(layout, shorter));
	return [...others, placed, ...withoutHoles].reduce((best, one) =>
		misfits(one) < misfits(best) ? one : best,
	);
}

/** Max number of values of buttons in one list. */
const MAX_HOLES = 3;
const MAX_NULLS = 10;

/** The list without `count` of its nulls, in every combination: buttons of packs save null. */
function withoutNulls(list: unknown[], count: number): unknown[][] {
	const nulls = list.flatMap((value, index) => (value === null ? [index] : []));
	if (count > MAX_HOLES || nulls.length > MAX_NULLS) return [];
	let combinations: number[][] = [[]];
	for (let chosen = 0; chosen < count; chosen++) {
		combinations = combinations.flatMap((indices) =>
			nulls.filter((index) => index > (indices.at(-1) ?? -1)).map((index) => [...indices, index]),
		);
	}
	return combinations.map((holes) => list.filter((_, index) => !holes.includes(index)));
}

/** Number of values that are not of the type of their field. */
function misfits({ fields }: PlacedValues): number {
	return fields.filter(({ field, value }) => field.kind === 'value' && !fits(field.spec, value)).length;
}

function fits({ shownAs, choices }: InputSpec, value: unknown): boolean {
	if (value === undefined || value === null) return true;
	switch (shownAs) {
		case 'INT':
		case 'FLOAT':
			return typeof value === 'number' || value instanceof BigInteger;
		case 'BOOLEAN':
			return typeof value === 'boolean';
		case 'STRING':
			return typeof value === 'string';
		case 'COMBO':
			return choices.includes(value) || typeof value === typeof choices[0];
		default:
			return true;
	}
}

/** The layout with fields for custom types, if the file has a value by the name of one. */
function withNames(named: Record<string, unknown>, layout: ClassLayout, custom?: ClassLayout): ClassLayout {
	const known = new Set(layout.fields.map(({ name }) => name));
	const added = custom?.fields.filter(({ name }) => !known.has(name)) ?? [];
	return custom && added.some(({ name }) => Object.hasOwn(named, name)) ? custom : layout;
}

function byPosition(layout: ClassLayout, list: unknown[]): PlacedValues {
	const { saved: expected } = forcedPlacesOf(layout);
	let position = 0;
	const placed = place(layout, (field) => {
		if (!field.saved) return undefined;
		// Files made by hand often omit control values.
		const missing = field.kind === 'control' && list.length < expected && !isControlValue(list[position]);
		return missing ? undefined : list[position++];
	});
	placed.lacking = position - list.length;
	return placed;
}

function byName(layout: ClassLayout, values: Record<string, unknown>, keepOthers: boolean): PlacedValues {
	const placed = place(layout, ({ name, kind }) =>
		kind === 'value' && Object.hasOwn(values, name) ? values[name] : undefined,
	);
	const taken = new Set([
		...placed.fields.map(({ field }) => field.name),
		...placed.fields.flatMap(({ field }) => formatInputs(field.spec)), // of other formats
	]);
	const isOpen = keepOthers || layout.fields.length === 0;
	const others = Object.entries(values).filter(
		([name, value]) => isOpen && !taken.has(name) && value !== null && !isDecoration(name, value),
	);
	return { ...placed, others };
}

/** Previews, buttons and controls that custom nodes save among their values. */
function isDecoration(name: string, value: unknown): boolean {
	return (
		name === 'videopreview' ||
		name === '__proto__' ||
		/^control_(after|before)_generate|^control_filter_list/.test(name) ||
		(/upload/.test(name) && value === 'image') ||
		// Headers, dividers and buttons that only draw something.
		!/^[\p{L}_]/u.test(name) ||
		(isRecord(value) && (Object.keys(value).length === 0 || /Widget$/.test(String(value.type))))
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
	placeFields(placed, layout.fields, layout, valueOf);
	return placed;
}

/** Adds fields with their values, each followed by those that its value opens. */
function placeFields(placed: PlacedValues, fields: Field[], layout: ClassLayout, valueOf: Source): void {
	for (const field of fields) {
		const saved = valueOf(field);
		const value = saved ?? (field.kind === 'value' ? substitute(field, saved) : undefined);
		if (saved === null && field.kind === 'value') placed.nulls.push(field.name);
		placed.fields.push({ field, value });
		if (field.kind !== 'value' || !opensInputs(field.spec)) continue;
		const variant = variantOf(layout, field.spec, value);
		placed.groups = [...placed.groups, ...variant.groups];
		placed.sockets = insertAfter(placed.sockets, field.name, variant.sockets);
		placeFields(placed, variant.fields, layout, valueOf);
	}
}

/** As in the editor: null in a combo becomes its first choice; a missing value becomes the default. */
function substitute({ spec }: Field, saved: unknown): unknown {
	const first = saved === null && spec.shownAs === 'COMBO' ? spec.choices[0] : undefined;
	return first ?? defaultOf(spec) ?? saved;
}

function insertAfter(sockets: Socket[], name: string, added: Socket[]): Socket[] {
	if (added.length === 0) return sockets;
	const found = sockets.findIndex((socket) => socket.name === name);
	const at = found < 0 ? sockets.length : found + 1;
	return [...sockets.slice(0, at), ...added, ...sockets.slice(at)];
}

/**
 * Removes values of older editors for inputs that no longer have a field: inputs with `forceInput` (until 1.16),
 * and players, which had an empty value.
 */
function migrated(layout: ClassLayout, values: unknown[]): unknown[] {
	const { fields } = layout;
	const { declared, actual, saved } = forcedPlacesOf(layout);
	if (!declared.includes(true) && values.length === saved) return values;
	const compact = values.filter((_, index) => fields[index]?.saved !== false);
	for (const list of [compact, values]) {
		const places = [declared, actual].find(({ length }) => length === list.length);
		if (places) return list.filter((_, index) => !places[index]);
	}
	return values;
}

/** Where an older editor saved the values of a class: for each place, whether it is that of a forced input. */
interface ForcedPlaces {
	/** With the controls that the class declares: the editor expects no others. */
	declared: boolean[];
	/** With the controls that packs add to each seed. */
	actual: boolean[];
	/** Number of values that today's editor saves. */
	saved: number;
}

const forcedPlaces = new WeakMap<ClassLayout, ForcedPlaces>();

/** Computed once per layout. */
function forcedPlacesOf(layout: ClassLayout): ForcedPlaces {
	const known = forcedPlaces.get(layout);
	if (known) return known;
	const { fields, specs } = layout;
	const names = new Set(fields.map(({ name }) => name));
	const unsaved = new Set(fields.filter(({ saved }) => !saved).map(({ name }) => name));
	const shown = specs.filter(
		({ name, options }) => (names.has(name) || options.forceInput) && !unsaved.has(name),
	);
	const places = {
		declared: shown.flatMap(({ options }) =>
			placesOf(Boolean(options.forceInput), options.control_after_generate ? 2 : 1),
		),
		actual: shown.flatMap((spec) => placesOf(Boolean(spec.options.forceInput), fieldsOf(spec).length)),
		saved: fields.filter((field) => field.saved).length,
	};
	forcedPlaces.set(layout, places);
	return places;
}

/** One entry for each saved value of an input: whether the value is of a forced input. */
const placesOf = (isForced: boolean, count: number): boolean[] =>
	Array.from({ length: count }, (_, index) => isForced && index === 0);

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
