import type { IDataObject } from 'n8n-workflow';
import { InvalidInputError } from '../../client/core/errors';
import { parseJson } from '../../client/core/json';
import { isRecord } from '../../client/core/guards';

/** Parses what a user wrote as JSON. @param what how an error names it @throws InvalidInputError */
export function parseJsonOf(text: string, what: string): unknown {
	try {
		return parseJson(text);
	} catch {
		throw notJson(what);
	}
}

/**
 * A parameter that takes a JSON object, as text or as an object from an expression.
 * @returns undefined when it is empty
 * @throws InvalidInputError for anything else
 */
export function jsonObject(value: unknown, displayName: string): IDataObject | undefined {
	if (value === undefined || value === '' || value === null) return undefined;
	const parsed = typeof value === 'string' ? parseJsonOf(value, `"${displayName}"`) : value;
	if (!isRecord(parsed)) {
		throw new InvalidInputError(
			`"${displayName}" has to be a JSON object.`,
			'Write it in braces, as in {"name": "value"}, or remove the option.',
		);
	}
	return Object.keys(parsed).length > 0 ? (parsed as IDataObject) : undefined;
}

const notJson = (what: string) =>
	new InvalidInputError(
		`${what} is not valid JSON.`,
		'Texts and names need double quotes, as in {"name": "value"}; no comma may follow the last member.',
	);
