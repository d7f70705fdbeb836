import { BigInteger } from '../core/json';
import { asJson, placeOf, unwrapped, type KnownNode } from '../objectInfo/KnownNode';
import type { BadValue } from './WorkflowReport';
import type { NodeInput } from '../objectInfo/inputs';
import { toPythonFloat, toPythonInt, type PythonNumber } from '../catalogue/pythonNumbers';

type Fault = Pick<BadValue, 'problem' | 'limit'>;

/** Values that the server can neither take nor convert, and numbers that are out of range. */
export function findBadValues(known: KnownNode): BadValue[] {
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

/** The server's own order: the type first, then the range. Texts and truth values take anything. */
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
 * Whether a number is beyond the greatest one. The catalogue was read with 53 bits, so 2^64 - 1, which every
 * seed has as its limit, is 2^64 here: a limit that is a power of two is taken for one less.
 */
function isAbove(number: number | bigint, max: number): boolean {
	if (Number(number) !== max) return Number(number) > max;
	const rounded = !Number.isSafeInteger(max) && Number.isInteger(Math.log2(max));
	return rounded && typeof number === 'bigint' && number >= BigInt(max);
}
