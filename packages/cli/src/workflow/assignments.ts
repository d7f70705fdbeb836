import { readFileSync } from 'node:fs';
import { findInput, type ApiWorkflow, type InputValue, type ObjectInfo } from 'comfyui-workflows-client';
import { parse } from 'yaml';
import { UsageError } from '../errors';

/** Where a text such as `Node.input=value` may be split; no title has so many signs. */
const MAX_SIGNS = 20;

/**
 * Splits `Node.input=value`. Titles of nodes may contain `=` too, so the first split that names an input counts.
 * @param option its name in the error
 * @throws UsageError without an `=`
 */
export function splitAssignment(
	text: string,
	option: string,
	isInput: (reference: string) => boolean = () => true,
): { reference: string; value: string } {
	const splits = [...text.matchAll(/=/g)]
		.slice(0, MAX_SIGNS)
		.map(({ index }) => ({ reference: text.slice(0, index).trim(), value: text.slice(index + 1) }))
		.filter(({ reference }) => reference !== '');
	const found = splits.find(({ reference }) => isInput(reference)) ?? splits[0];
	if (found) return found;
	throw new UsageError(
		`${option} has to be "Node.input=value": ${text}`,
		'The node is its title, its class or its ID, such as "Positive Prompt.text=a fox".',
	);
}

/** Whether a text names an input of the workflow. */
export function namesInput(workflow: ApiWorkflow, objectInfo?: ObjectInfo): (reference: string) => boolean {
	return (reference) => {
		try {
			findInput(workflow, reference, objectInfo);
			return true;
		} catch {
			return false; // the error is reported when the value is set
		}
	};
}

/**
 * Reads a file of values, JSON or YAML: `Node.input: value`, or `Node:` with its inputs below.
 * @throws UsageError
 */
export function readSetFile(file: string): InputValue[] {
	let content: unknown;
	try {
		content = parse(readFileSync(file, 'utf8'), { intAsBigInt: true });
	} catch (error) {
		if ((error as NodeJS.ErrnoException).syscall) throw error;
		throw new UsageError(`${file} is neither JSON nor YAML: ${(error as Error).message.split('\n')[0]}`);
	}
	if (!isMap(content)) throw new UsageError(`${file} has to have names with values.`);
	return Object.entries(content).flatMap(([node, value]): InputValue[] =>
		isMap(value)
			? Object.entries(value).map(([input, inner]) => ({ node, input, value: plain(inner), coerce: true }))
			: [{ node, value: plain(value), coerce: true }],
	);
}

/** 64-bit seeds keep all digits: as a text, which gets the type of the input. */
const plain = (value: unknown): unknown => {
	if (typeof value !== 'bigint') return value;
	const number = Number(value);
	return Number.isSafeInteger(number) ? number : value.toString();
};

const isMap = (value: unknown): value is Record<string, unknown> =>
	typeof value === 'object' && value !== null && !Array.isArray(value);
