import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import type { QueueOptions } from '../../client/ComfyUiClient';
import { InvalidInputError } from '../../client/errors';
import { parseJson } from '../../client/protocol/json';
import { findNode } from '../../client/workflow/address';
import { parseWorkflow } from '../../client/workflow/parse';
import { applySeeds, type SeedMode, type SeedUse } from '../../client/workflow/seeds';
import { setInputs, type InputValue } from '../../client/workflow/setInputs';
import { isRecord, type ApiWorkflow } from '../../client/workflow/types';

/** What one item asks for, checked and ready to be sent. */
export interface Job {
	workflow: ApiWorkflow;
	seeds: SeedUse[];
	options: QueueOptions & { clientId?: string };
}

interface Options {
	clientId?: string;
	embedWorkflow?: unknown;
	extraData?: unknown;
	front?: boolean;
	onPartialErrors?: 'warn' | 'fail';
	outputNodes?: string;
	number?: number;
	promptId?: string;
}

/**
 * Reads the parameters of one item.
 * @throws InvalidWorkflowError, InvalidInputError before anything is sent
 */
export function readJob(context: IExecuteFunctions, itemIndex: number): Job {
	const parsed = parseWorkflow(context.getNodeParameter('workflow', itemIndex));
	const rows = context.getNodeParameter('inputs.values', itemIndex, []) as InputRow[];
	const mode = context.getNodeParameter('seedMode', itemIndex) as SeedMode;
	const seed = mode === 'fixed' ? Number(context.getNodeParameter('seed', itemIndex)) : undefined;
	const options = context.getNodeParameter('options', itemIndex, {}) as Options;
	const seeded = applySeeds(parsed.workflow, mode, { seed, offset: itemIndex });
	// Set last: an explicitly given seed wins over the seed option.
	const workflow = setInputs(seeded.workflow, rows.map(toInputValue));
	return {
		workflow,
		seeds: applySeeds(workflow, 'keep').seeds,
		options: {
			clientId: options.clientId || undefined,
			promptId: options.promptId || undefined,
			front: options.front,
			number: options.number,
			failOnNodeErrors: options.onPartialErrors === 'fail',
			outputNodes: outputNodes(workflow, options.outputNodes),
			extraData: { ...parsed.extraData, ...jsonObject(options.extraData, 'Extra Data') },
			uiWorkflow: jsonObject(options.embedWorkflow, 'Embed UI Workflow') ?? parsed.uiWorkflow,
		},
	};
}

interface InputRow {
	node: string;
	input: string;
	type: 'auto' | 'boolean' | 'json' | 'number' | 'string';
	value: unknown;
}

function toInputValue({ node, input, type, value }: InputRow): InputValue {
	const target = { node, input };
	if (!String(input ?? '').trim()) {
		throw new InvalidInputError(
			'A row of "Inputs to Set" has no input name.',
			'Enter the name as in the exported workflow, such as text or seed, or remove the row.',
		);
	}
	switch (type) {
		case 'string':
			return { ...target, value: typeof value === 'string' ? value : JSON.stringify(value) };
		case 'number':
			return { ...target, value: toNumber(value, input) };
		case 'boolean':
			return { ...target, value: toBoolean(value, input) };
		case 'json':
			return {
				...target,
				value: typeof value === 'string' ? json(value, `The value for "${input}"`) : value,
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

function json(text: string, what: string): unknown {
	try {
		return parseJson(text);
	} catch {
		throw notJson(what);
	}
}

const notJson = (what: string) =>
	new InvalidInputError(
		`${what} is not valid JSON.`,
		'Texts and names need double quotes, as in {"name": "value"}; no comma may follow the last member.',
	);

function jsonObject(value: unknown, what: string): IDataObject | undefined {
	if (value === undefined || value === '' || value === null) return undefined;
	const parsed = typeof value === 'string' ? json(value, `"${what}"`) : value;
	if (!isRecord(parsed)) {
		throw new InvalidInputError(
			`"${what}" has to be a JSON object.`,
			'Write it in braces, as in {"name": "value"}, or remove the option.',
		);
	}
	return Object.keys(parsed).length > 0 ? (parsed as IDataObject) : undefined;
}

function outputNodes(workflow: ApiWorkflow, references: unknown): string[] | undefined {
	const names = (Array.isArray(references) ? references : String(references ?? '').split(','))
		.map((name) => String(name).trim())
		.filter(Boolean);
	return names.length > 0 ? names.map((name) => findNode(workflow, name)) : undefined;
}
