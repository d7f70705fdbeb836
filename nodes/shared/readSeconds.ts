import { InvalidInputError } from '../client/core/errors';

/**
 * Reads a parameter with a number of seconds.
 * @param name the name that the editor shows
 * @returns milliseconds
 * @throws InvalidInputError when it is not a number, or is negative
 */
export function readSeconds(value: unknown, name: string): number {
	const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
	if (Number.isFinite(number) && number >= 0) return number * 1000;
	throw new InvalidInputError(
		`"${name}" is not a number of seconds.`,
		'Enter a number of seconds, such as 600.',
	);
}
