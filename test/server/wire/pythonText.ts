/** How Python shows a value in messages, and how its constructors convert one. */

/** What `raise` is in the little server: an error with the name of its Python class. */
export class PythonError extends Error {
	constructor(
		readonly type: string,
		message: string,
		readonly traceback: string[] = [],
	) {
		super(message);
	}
}

export function typeName(value: unknown): string {
	if (value === null || value === undefined) return 'NoneType';
	if (Array.isArray(value)) return 'list';
	if (typeof value === 'boolean') return 'bool';
	if (typeof value === 'string') return 'str';
	if (typeof value === 'object') return 'dict';
	return typeof value === 'bigint' || Number.isInteger(value) ? 'int' : 'float';
}

/** Python's repr(): strings in single quotes unless they hold one themselves. */
export function repr(value: unknown): string {
	if (typeof value === 'string') {
		const quoteMark = value.includes("'") && !value.includes('"') ? '"' : "'";
		const escaped = value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
		return quoteMark + (quoteMark === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quoteMark;
	}
	return show(value);
}

/** Python's str(). */
export function show(value: unknown): string {
	if (value === null || value === undefined) return 'None';
	if (typeof value === 'string') return value;
	if (typeof value === 'boolean') return value ? 'True' : 'False';
	if (typeof value === 'number')
		return Number.isNaN(value) ? 'nan' : String(value).replace('Infinity', 'inf');
	if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
	if (typeof value !== 'object') return String(value);
	return `{${Object.entries(value)
		.map(([key, member]) => `${repr(key)}: ${repr(member)}`)
		.join(', ')}}`;
}

/** A number that Python knows as a float: 2 is shown as 2.0. */
export function showFloat(value: number): string {
	return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : show(value);
}

export function toInt(value: unknown): number | bigint {
	if (typeof value === 'number' && Number.isFinite(value)) return Math.trunc(value);
	if (typeof value === 'bigint') return value;
	if (typeof value === 'boolean') return Number(value);
	if (typeof value === 'string') {
		if (!/^\s*[+-]?\d+(_\d+)*\s*$/.test(value))
			throw new PythonError('ValueError', `invalid literal for int() with base 10: ${repr(value)}`);
		const digits = value.trim().replaceAll('_', '').replace('+', '');
		return Number.isSafeInteger(Number(digits)) ? Number(digits) : BigInt(digits);
	}
	if (typeof value === 'number')
		throw new PythonError(
			Number.isNaN(value) ? 'ValueError' : 'OverflowError',
			Number.isNaN(value)
				? 'cannot convert float NaN to integer'
				: 'cannot convert float infinity to integer',
		);
	throw new PythonError(
		'TypeError',
		`int() argument must be a string, a bytes-like object or a real number, not '${typeName(value)}'`,
	);
}

export function toFloat(value: unknown): number {
	if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
		return Number(value);
	if (typeof value === 'string') {
		const text = value.trim().toLowerCase();
		if (/^[+-]?inf(inity)?$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
		if (text === 'nan') return Number.NaN;
		if (text === '' || Number.isNaN(Number(text)) || text.startsWith('0x'))
			throw new PythonError('ValueError', `could not convert string to float: ${repr(value)}`);
		return Number(text);
	}
	throw new PythonError(
		'TypeError',
		`float() argument must be a string or a real number, not '${typeName(value)}'`,
	);
}

export function toBool(value: unknown): boolean {
	if (value !== null && typeof value === 'object') return Object.keys(value).length > 0;
	return Boolean(value);
}
