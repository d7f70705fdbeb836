import { BigInteger } from '../core/json';

/** What Python's `int()` and `float()` make of values that came as JSON. */

/** A number, or that it is none; digits of other scripts are taken, but their value is not worked out. */
export type PythonNumber = { valid: true; number?: number | bigint } | { valid: false };

const NONE: PythonNumber = { valid: false };
/** Python refuses longer texts. */
const MOST_DIGITS = 4300;
const INTEGER = /^[+-]?\p{Nd}+(_\p{Nd}+)*$/u;
const DECIMAL =
	/^[+-]?(\p{Nd}+(_\p{Nd}+)*(\.(\p{Nd}+(_\p{Nd}+)*)?)?|\.\p{Nd}+(_\p{Nd}+)*)(e[+-]?\p{Nd}+(_\p{Nd}+)*)?$/iu;
const SPECIAL = /^[+-]?(inf|infinity|nan)$/i;

/** `int(value)`: fractions are cut off numbers, but a text has to be a whole number. */
export function toPythonInt(value: unknown): PythonNumber {
	if (value instanceof BigInteger) return { valid: true, number: BigInt(value.digits) };
	if (typeof value === 'number') return Number.isFinite(value) ? { valid: true, number: cut(value) } : NONE;
	if (typeof value === 'boolean') return { valid: true, number: Number(value) };
	if (typeof value !== 'string') return NONE;
	const text = value.trim();
	if (!INTEGER.test(text) || text.length > MOST_DIGITS) return NONE;
	const digits = text.replace(/^\+|_/g, '');
	return { valid: true, ...(/^-?[0-9]+$/.test(digits) && { number: BigInt(digits) }) };
}

/** `float(value)`: `inf` and `nan` are numbers, also `1_000`. */
export function toPythonFloat(value: unknown): PythonNumber {
	if (typeof value === 'boolean') return { valid: true, number: Number(value) };
	if (typeof value === 'number' || value instanceof BigInteger) {
		const number = Number(value);
		return Number.isFinite(number) ? { valid: true, number } : NONE;
	}
	if (typeof value !== 'string') return NONE;
	const text = value.trim();
	if (SPECIAL.test(text)) return { valid: true, number: specialNumber(text) };
	if (!DECIMAL.test(text)) return NONE;
	const number = Number(text.replaceAll('_', ''));
	return { valid: true, ...(!Number.isNaN(number) && { number }) };
}

function specialNumber(text: string): number {
	if (/nan/i.test(text)) return NaN;
	return text.startsWith('-') ? -Infinity : Infinity;
}

/** JSON writes 2^64 as 18446744073709552000, and that is what the server reads. */
function cut(value: number): number | bigint {
	const whole = Math.trunc(value);
	if (Number.isSafeInteger(whole)) return whole;
	return Math.abs(whole) < 1e21 ? BigInt(String(whole)) : BigInt(whole);
}
