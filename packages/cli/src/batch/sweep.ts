import type { InputValue } from 'comfyui-workflows-client';
import { UsageError } from '../errors';
import { splitAssignment } from '../workflow/assignments';

const MAX_COMBINATIONS = 100_000;

/**
 * All combinations of `Node.input=a,b,c` options. `1..5` are whole numbers; a JSON list is for texts with commas.
 * @param isInput whether a text names an input
 * @returns the values of each combination; one without values when there is no option
 * @throws UsageError
 */
export function combinations(
	options: readonly string[],
	isInput: (reference: string) => boolean,
): InputValue[][] {
	return options.reduce<InputValue[][]>(
		(found, text) => {
			const { reference, value } = splitAssignment(text, '--sweep', isInput);
			const values = listOf(value, text);
			if (found.length * values.length > MAX_COMBINATIONS)
				throw new UsageError(`--sweep makes more than ${MAX_COMBINATIONS} combinations.`);
			return found.flatMap((before) =>
				values.map((one) => [...before, { node: reference, value: one, coerce: true }]),
			);
		},
		[[]],
	);
}

function listOf(text: string, option: string): unknown[] {
	if (text.trim().startsWith('[')) {
		try {
			const list: unknown = JSON.parse(text);
			if (Array.isArray(list) && list.length > 0) return list;
		} catch {
			// reported below
		}
		throw new UsageError(`--sweep ${option}: not a JSON list with values.`);
	}
	const values = text.split(',').flatMap((part): unknown[] => rangeOf(part) ?? [part.trim()]);
	if (values.every((value) => value !== '')) return values;
	throw new UsageError(
		`--sweep ${option}: a value is empty.`,
		'A JSON list may have empty texts: ["", "a"].',
	);
}

function rangeOf(part: string): number[] | undefined {
	const [, first, last] = /^\s*(-?\d{1,9})\.\.(-?\d{1,9})\s*$/.exec(part) ?? [];
	if (first === undefined) return undefined;
	const [from, to] = [Number(first), Number(last)];
	const length = Math.abs(to - from) + 1;
	if (length > MAX_COMBINATIONS) throw new UsageError(`--sweep: ${part.trim()} has too many numbers.`);
	return Array.from({ length }, (_, index) => from + (to >= from ? index : -index));
}
