import type { ClassLayout } from './layout';

/**
 * Leaves out values that stand in files of older editors for inputs that have no field any more: inputs
 * with `forceInput` (until 1.16), and players, which had an empty place.
 */
export function migrated(layout: ClassLayout, values: unknown[]): unknown[] {
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
