import { InvalidInputError } from '../client/core/errors';

/**
 * Reads a parameter in seconds.
 * @param name as the editor shows it
 * @returns milliseconds
 * @throws InvalidInputError when it is no number, or below 0
 */
export function readSeconds(value: unknown, name: string): number {
	const number = typeof value === 'string' && value.trim() === '' ? NaN : Number(value);
	if (Number.isFinite(number) && number >= 0) return number * 1000;
	throw new InvalidInputError(
		`"${name}" is not a number of seconds.`,
		'Enter how many seconds to wait at most, such as 600.',
	);
}
