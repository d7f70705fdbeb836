import type { Placed } from './values';

/**
 * CustomCombo is a choice whose options the user writes. Its fields are made by the editor: the choice, its
 * position, then one field for each option.
 */
export function placeCustomCombo(placed: Placed, values: unknown): Placed {
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
