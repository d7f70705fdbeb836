import { InvalidInputError } from '../../client/core/errors';
import { parseJsonOf } from './jsonParameter';

/** Types that a person may say a value is of. */
export type ValueType = 'boolean' | 'json' | 'number' | 'string';

/**
 * A value as the type that it is said to be of.
 * @param name of the input, for errors
 * @throws InvalidInputError when it is not
 */
export function typedValue(type: ValueType, value: unknown, name: string): unknown {
	switch (type) {
		case 'string':
			return typeof value === 'string' ? value : JSON.stringify(value);
		case 'number':
			return toNumber(value, name);
		case 'boolean':
			return toBoolean(value, name);
		case 'json':
			return typeof value === 'string' ? parseJsonOf(value, `The value for "${name}"`) : value;
	}
}

function toNumber(value: unknown, input: string): number {
	const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
	if (Number.isFinite(number)) return number;
	throw new InvalidInputError(
		`The value for "${input}" is not a number.`,
		'Enter a number with a point for decimals, such as 7.5, or choose another type for the value.',
	);
}

function toBoolean(value: unknown, input: string): boolean {
	const text = String(value).trim();
	if (/^(true|false)$/i.test(text)) return /^true$/i.test(text);
	throw new InvalidInputError(
		`The value for "${input}" is neither true nor false.`,
		'Enter true or false, or choose another type for the value.',
	);
}
