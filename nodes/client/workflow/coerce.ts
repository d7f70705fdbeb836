import { BigInteger, parseJsonExactly, stringifyExactly } from '../core/json';
import { isLink } from '../core/ApiWorkflow';
import { isChosenFrom, sameChoice } from '../objectInfo/choices';
import type { NodeInput, Choice } from '../objectInfo/inputs';
import { InvalidInputError } from '../core/errors';
import { isPlainObject } from './declaredInputs';
import { show } from '../core/text';
import { isRecord } from '../core/guards';

/**
 * Gives a value that was typed as text the type of the value it replaces: numbers stay numbers and
 * "false" does not become true (the server would make any non-empty text true).
 * @param current the value in the workflow
 * @param name how errors name the input
 * @throws InvalidInputError for an empty text in place of a number or a truth value
 */
export function coerceLike(current: unknown, value: unknown, name: string): unknown {
	if (typeof value !== 'string' || isLink(current)) return value;
	const wanted = wantedLike(current);
	if (wanted && value.trim() === '') throw emptyValue(name, wanted);
	if (typeof current === 'number' || current instanceof BigInteger) return toNumber(value) ?? value;
	if (typeof current === 'boolean') return toBoolean(value) ?? value;
	if (current === undefined || isPlainObject(current)) return toObject(value) ?? value;
	return value;
}

/** An object written as JSON, such as a whole row of a LoRA stack; undefined for any other text. */
function toObject(text: string): Record<string, unknown> | undefined {
	if (!text.trim().startsWith('{')) return undefined;
	try {
		const parsed = parseJsonExactly(text);
		return isPlainObject(parsed) ? parsed : undefined;
	} catch {
		return undefined;
	}
}

function wantedLike(current: unknown): string | undefined {
	if (typeof current === 'number' || current instanceof BigInteger) return 'a number';
	return typeof current === 'boolean' ? 'true or false' : undefined;
}

/** A number that keeps all digits of a 64-bit integer; undefined when the text is not a number. */
function toNumber(given: string): number | BigInteger | undefined {
	const text = given.trim();
	if (text === '' || text.length > MAX_NUMBER_LENGTH || !Number.isFinite(Number(text))) return undefined;
	const isLong = /^-?[1-9]\d{15,}$/.test(text) && !Number.isSafeInteger(Number(text));
	return isLong ? new BigInteger(text) : Number(text);
}

/** Reads common words for true and false; undefined for other texts. */
function toBoolean(text: string): boolean | undefined {
	if (/^(true|yes|on|1)$/i.test(text.trim())) return true;
	if (/^(false|no|off|0)$/i.test(text.trim())) return false;
	return undefined;
}

/**
 * Gives a value the type that an input declares: whole numbers, numbers, truth values, texts, and choices as
 * the server writes them. Connections, wrapped values and values of other types stay as they are. Ranges and
 * missing choices are left to the check of the workflow.
 * @param name how errors name the input, such as `"seed" of "KSampler" (node 3)`
 * @throws InvalidInputError when the value cannot be of that type
 */
export function coerceTo(declared: NodeInput, value: unknown, name: string): unknown {
	if (isLink(value) || (isRecord(value) && Object.hasOwn(value, '__value__'))) return value;
	const coercion = COERCIONS.get(declared.type);
	if (coercion) {
		if (value === undefined || value === null) throw emptyValue(name, coercion.wanted);
		const converted = coercion.convert(value);
		if (converted !== undefined) return converted;
		const isBlank = typeof value === 'string' && value.trim() === '';
		throw isBlank ? emptyValue(name, coercion.wanted) : wrongValue(name, coercion.wanted, value);
	}
	const { choices } = declared;
	if (!choices) return value;
	if (value === '' && !isChosenFrom(choices, '')) {
		throw emptyValue(name, declared.upload ? 'a file' : 'one of its choices');
	}
	return declared.multiselect && Array.isArray(value)
		? value.map((one: unknown) => asChoice(choices, one))
		: asChoice(choices, value);
}

interface Coercion {
	wanted: string;
	/** Undefined when the value cannot be converted. */
	convert(value: unknown): unknown;
}

/** By the type of the input. A map, since a server may name a type `constructor`. */
const COERCIONS = new Map<string, Coercion>([
	['INT', { wanted: 'a whole number', convert: toInteger }],
	['FLOAT', { wanted: 'a number', convert: toFloat }],
	['BOOLEAN', { wanted: 'true or false', convert: toTruth }],
	['STRING', { wanted: 'a text', convert: toText }],
]);

/** Python, which runs the server, refuses whole numbers with more digits. */
const MAX_NUMBER_LENGTH = 4300;

/** `12`, `"12"`, `"12.0"` and `"1e3"`, with all digits. */
function toInteger(value: unknown): number | BigInteger | undefined {
	const number = toFloat(typeof value === 'string' ? plainInteger(value.trim()) : value);
	return number instanceof BigInteger || Number.isInteger(number) ? number : undefined;
}

/** Removes what JSON does not allow in a whole number: a plus sign, leading zeros, and zeros behind a point. */
function plainInteger(text: string): string {
	if (text.length > MAX_NUMBER_LENGTH) return text;
	const whole = text.replace(/^([+-]?\d+)\.0*$/, '$1').replace(/^\+(?=\d)/, '');
	return whole.replace(/^(-?)0+(?=\d)/, '$1');
}

function toFloat(value: unknown): number | BigInteger | undefined {
	if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
	if (typeof value === 'boolean') return Number(value);
	if (value instanceof BigInteger) return value;
	if (typeof value !== 'string' || value.length > MAX_NUMBER_LENGTH) return undefined;
	const isDecimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(value.trim());
	return isDecimal ? toNumber(value) : undefined;
}

function toTruth(value: unknown): boolean | undefined {
	if (typeof value === 'boolean') return value;
	return typeof value === 'string' || typeof value === 'number' ? toBoolean(String(value)) : undefined;
}

function toText(value: unknown): string {
	if (typeof value === 'string') return value;
	return value instanceof BigInteger ? value.digits : stringifyExactly(value);
}

function asChoice(choices: Choice[], value: unknown): unknown {
	const isPlain = ['string', 'number', 'boolean'].includes(typeof value) || value instanceof BigInteger;
	if (!isPlain || isChosenFrom(choices, value)) return value;
	return sameChoice(choices, value) ?? value;
}

function emptyValue(name: string, wanted: string): InvalidInputError {
	return new InvalidInputError(
		`${name} takes ${wanted}, but the value is empty.`,
		'Enter a value, or leave this input out to keep the value of the workflow. An expression whose field does not exist is empty too.',
	);
}

function wrongValue(name: string, wanted: string, value: unknown): InvalidInputError {
	return new InvalidInputError(
		`${name} takes ${wanted}, which ${show(value)} is not.`,
		wanted === 'true or false'
			? 'Enter true or false.'
			: 'Enter digits, with a point for decimals where they are allowed, such as 20 or 7.5.',
	);
}
