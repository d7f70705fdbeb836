import type { IExecuteFunctions } from 'n8n-workflow';
import { InvalidInputError } from '../../client/errors';
import type { InputValue } from '../../client/workflow/setInputs';
import { parseJsonOf } from './jsonParameter';

interface InputRow {
	node: string;
	input?: string;
	type?: 'auto' | 'boolean' | 'json' | 'number' | 'string';
	value: unknown;
}

/** The rows of "Inputs to Set". @throws InvalidInputError for a value that is not of the type it is said to be */
export function listedValues(context: IExecuteFunctions, itemIndex: number): InputValue[] {
	const rows = context.getNodeParameter('inputs.values', itemIndex, []) as InputRow[];
	return rows.map(toInputValue);
}

function toInputValue({ node, input = '', type, value }: InputRow): InputValue {
	const target = { node, input };
	const name = String(input).trim() || String(node);
	switch (type) {
		case 'string':
			return { ...target, value: typeof value === 'string' ? value : JSON.stringify(value) };
		case 'number':
			return { ...target, value: toNumber(value, name) };
		case 'boolean':
			return { ...target, value: toBoolean(value, name) };
		case 'json':
			return {
				...target,
				value: typeof value === 'string' ? parseJsonOf(value, `The value for "${name}"`) : value,
			};
		default:
			return { ...target, value, coerce: true };
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
