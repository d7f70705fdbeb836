import { BigInteger } from '../core/json';
import { show } from '../core/text';
import { isChosenFrom } from '../objectInfo/choices';
import { asJson, placeOf, unwrapped, type KnownNode } from '../objectInfo/KnownNode';
import type { Choice, NodeInput } from '../objectInfo/inputs';
import {
	describePlace,
	describeSuggestions,
	describeValue,
	problemAt,
	type Check,
	type FindingKind,
} from './FindingKind';
import { describeOffer, describeSource, listedChoices } from './models';
import type { BadValue, MissingChoice } from './WorkflowReport';

/** Values that are not among the choices of their input. A text where a file is uploaded need not be. */
export const missingChoices: FindingKind<'missingChoices'> = {
	kind: 'missingChoices',
	checkNode: findMissingChoices,
	describe: describeMissingChoice,
	problems: (found) => [problemAt(found, 'value_not_in_list', describeMissingChoice(found))],
};

function findMissingChoices(known: KnownNode, { suggestions, modelSources }: Check): MissingChoice[] {
	return known.inputs.flatMap((input) => {
		const { choices } = input;
		if (!choices) return [];
		return notChosen(known, input, choices).map((value) => {
			const source = modelSources.find(value);
			return {
				...placeOf(known, input.name),
				value: asJson(value),
				didYouMean: suggestions.choices(choices, value),
				offered: listedChoices(choices),
				offeredCount: choices.length,
				...(source && { source: { url: source.url, directory: source.directory } }),
			};
		});
	});
}

function notChosen({ node }: KnownNode, input: NodeInput, choices: Choice[]): unknown[] {
	const { name, upload, multiselect, remote } = input;
	const given = Object.hasOwn(node.inputs, name) ? node.inputs[name] : undefined;
	if (given === undefined || Array.isArray(given) || remote !== undefined) return []; // missing, connected, or listed elsewhere
	const value = unwrapped(given);
	const values: unknown[] = Array.isArray(value) && multiselect ? value : [value];
	return values.filter((one) => !(upload && typeof one === 'string') && !isChosenFrom(choices, one));
}

function describeMissingChoice(found: MissingChoice): string {
	const what = `${describePlace(found)} is ${show(found.value)}, which the server does not offer.`;
	return what + describeSuggestions(found.didYouMean) + describeOffer(found) + describeSource(found.source);
}

/** Values that the server can neither take nor convert, and numbers that are out of range. */
export const badValues: FindingKind<'badValues'> = {
	kind: 'badValues',
	checkNode: findBadValues,
	describe: describeBadValue,
	problems: (found) => [problemAt(found, found.problem, describeBadValue(found))],
};

type Fault = Pick<BadValue, 'problem' | 'limit'>;

function findBadValues(known: KnownNode): BadValue[] {
	const { node, inputs } = known;
	return inputs.flatMap((input): BadValue[] => {
		if (!Object.hasOwn(node.inputs, input.name)) return [];
		const given = node.inputs[input.name];
		if (given === undefined || Array.isArray(given)) return []; // missing, or a connection
		const value = unwrapped(given);
		const fault = faultOf(input, value);
		if (!fault) return [];
		return [{ ...placeOf(known, input.name), value: asJson(value), type: input.type, ...fault }];
	});
}

const WANTED = new Map([
	['INT', 'a whole number'],
	['FLOAT', 'a number'],
]);

function describeBadValue({ value, type, problem, limit, ...place }: BadValue): string {
	const subject = `${describePlace(place)} is ${describeValue(value)}`;
	if (problem === 'value_smaller_than_min') return `${subject}, but has to be at least ${limit}.`;
	if (problem === 'value_bigger_than_max') return `${subject}, but may be at most ${limit}.`;
	return `${subject}, but has to be ${WANTED.get(type) ?? 'of type'} (${type}).`;
}

/** Checks in the server's order: the type first, then the range. Texts and booleans take anything. */
function faultOf(input: NodeInput, value: unknown): Fault | undefined {
	const read = readAs(input.type, value);
	if (!read.valid) return { problem: 'invalid_input_type' };
	const { number } = read;
	if (number === undefined) return undefined;
	const { min, max } = input;
	if (min !== undefined && Number(number) < min) return { problem: 'value_smaller_than_min', limit: min };
	if (max !== undefined && isAbove(number, max)) return { problem: 'value_bigger_than_max', limit: max };
	return undefined;
}

function readAs(type: string, value: unknown): PythonNumber {
	if (type === 'INT') return toPythonInt(value);
	if (type === 'FLOAT') return toPythonFloat(value);
	const isNumber = typeof value === 'number' || value instanceof BigInteger;
	const hasRange = type !== 'STRING' && type !== 'BOOLEAN' && isNumber;
	return hasRange ? toPythonFloat(value) : { valid: true };
}

/**
 * Whether a number is above the maximum. The catalogue was read with 53 bits, so 2^64 - 1, the maximum of every
 * seed, is 2^64 here: a maximum that is a power of two beyond 2^53 is read as one less.
 */
function isAbove(number: number | bigint, max: number): boolean {
	if (Number(number) !== max) return Number(number) > max;
	const rounded = !Number.isSafeInteger(max) && Number.isInteger(Math.log2(max));
	return rounded && typeof number === 'bigint' && number >= BigInt(max);
}

/** What Python's `int()` and `float()` make of values that came as JSON. */

/** The number that a value is; digits of other scripts are valid too, but their value is not computed. */
type PythonNumber = { valid: true; number?: number | bigint } | { valid: false };

const NONE: PythonNumber = { valid: false };
/** Python's `int()` refuses longer texts. */
const MAX_DIGITS = 4300;
const INTEGER = /^[+-]?\p{Nd}+(_\p{Nd}+)*$/u;
const DECIMAL =
	/^[+-]?(\p{Nd}+(_\p{Nd}+)*(\.(\p{Nd}+(_\p{Nd}+)*)?)?|\.\p{Nd}+(_\p{Nd}+)*)(e[+-]?\p{Nd}+(_\p{Nd}+)*)?$/iu;
const SPECIAL = /^[+-]?(inf|infinity|nan)$/i;

/** `int(value)`: a number loses its fraction, but a text has to be a whole number. */
function toPythonInt(value: unknown): PythonNumber {
	if (value instanceof BigInteger) {
		return value.digits.length > MAX_DIGITS ? NONE : { valid: true, number: BigInt(value.digits) };
	}
	if (typeof value === 'number') return Number.isFinite(value) ? { valid: true, number: cut(value) } : NONE;
	if (typeof value === 'boolean') return { valid: true, number: Number(value) };
	if (typeof value !== 'string') return NONE;
	const text = value.trim();
	if (text.length > MAX_DIGITS || !INTEGER.test(text)) return NONE;
	const digits = text.replace(/^\+|_/g, '');
	return { valid: true, ...(/^-?[0-9]+$/.test(digits) && { number: BigInt(digits) }) };
}

/** `float(value)`: `inf` and `nan` are numbers, also `1_000`. */
function toPythonFloat(value: unknown): PythonNumber {
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

/** JSON writes 2^64 as 18446744073709552000, and the server reads that. */
function cut(value: number): number | bigint {
	const whole = Math.trunc(value);
	if (Number.isSafeInteger(whole)) return whole;
	return Math.abs(whole) < 1e21 ? BigInt(String(whole)) : BigInt(whole);
}
