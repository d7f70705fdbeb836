import { InvalidInputError } from '../../client/core/errors';
import type { IExecuteFunctions, IDataObject } from 'n8n-workflow';
import type { InputValue } from '../../client/workflow/setInputs';
import { parseJson } from '../../client/core/json';
import type { WrongEntries } from './WrongEntries';
import { isRecord } from '../../client/core/guards';

/** Types that users can select for a value. */
export type ValueType = 'boolean' | 'json' | 'number' | 'string';

/**
 * Converts a value to the selected type.
 * @param name of the input, for errors
 * @throws InvalidInputError when the value does not match the type
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
		'Enter a number with a decimal point, such as 7.5, or choose another type for the value.',
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

/** Whether an expression gave nothing. */
export const isMissing = (value: unknown): boolean => value === null || value === undefined;

/** The error for an expression that gives nothing. @param name of the input or field */
export function noValue(name: string, itemIndex: number): InvalidInputError {
	return new InvalidInputError(
		`The expression for "${name}" gives no value for item ${itemIndex}.`,
		'Check the names in the expression and the data of the item. For an empty text write {{ $json.name ?? "" }}; to keep the value of the workflow, remove the field.',
	);
}

interface InputRow {
	node: string;
	input?: string;
	type?: ValueType | 'auto';
	value: unknown;
}

/**
 * The rows of "Inputs to Set".
 * @param wrong gets the errors of rows whose value is missing or does not match its type
 */
export function listedValues(
	context: IExecuteFunctions,
	itemIndex: number,
	wrong: WrongEntries,
): InputValue[] {
	const rows = context.getNodeParameter('inputs.values', itemIndex, []) as InputRow[];
	return rows.flatMap((row) => wrong.attempt(() => listedValue(row, itemIndex)));
}

/** @throws InvalidInputError */
function listedValue(row: InputRow, itemIndex: number): InputValue {
	const { node, input = '', type = 'auto', value } = row;
	const name = String(input ?? '').trim() || String(node ?? '');
	assertMembers(row, name, itemIndex);
	if (type === 'auto') return { node, input, value, coerce: true };
	return { node, input, value: typedValue(type, value, name) };
}

/**
 * Checks the fields of a row in a list of inputs.
 * @param name of the input
 * @throws InvalidInputError when the expression of a field gives nothing; a field that was never set is not in the row
 */
export function assertMembers(row: object, name: string, itemIndex: number): void {
	for (const [member, value] of Object.entries(row)) {
		if (isMissing(value))
			throw noValue(member === 'value' && name ? name : `${member} of an input`, itemIndex);
	}
}

/** Parses JSON that a user entered. @param what the subject of the error message @throws InvalidInputError */
function parseJsonOf(text: string, what: string): unknown {
	try {
		return parseJson(text);
	} catch {
		throw notJson(what);
	}
}

/**
 * Reads a parameter that takes a JSON object, as text or as an object from an expression.
 * @returns undefined when it is empty
 * @throws InvalidInputError for anything else
 */
export function jsonObject(value: unknown, displayName: string): IDataObject | undefined {
	if (value === undefined || value === '' || value === null) return undefined;
	const parsed = typeof value === 'string' ? parseJsonOf(value, `"${displayName}"`) : value;
	if (!isRecord(parsed)) {
		throw new InvalidInputError(
			`"${displayName}" is not a JSON object.`,
			'Enter an object in braces, such as {"name": "value"}, or remove the option.',
		);
	}
	return Object.keys(parsed).length > 0 ? (parsed as IDataObject) : undefined;
}

const notJson = (what: string) =>
	new InvalidInputError(
		`${what} is not valid JSON.`,
		'Texts and names need double quotes, such as {"name": "value"}. A comma after the last member is not allowed.',
	);
