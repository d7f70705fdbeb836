import { InvalidWorkflowError } from '../errors';
import { parseJsonExactly } from '../protocol/json';
import { mistakeAt } from '../protocol/jsonMistake';
import { show } from '../protocol/text';
import { isRecord, type ApiWorkflow } from './types';

/** What a text or an object turned out to be. */
export interface ParsedWorkflow {
	workflow: ApiWorkflow;
	/** The editor's workflow, when it came along. */
	uiWorkflow?: Record<string, unknown>;
	/** `extra_data` of a POST body or history entry, without credentials and ids of an earlier run. */
	extraData?: Record<string, unknown>;
}

const EXPORT_HINT = 'In the ComfyUI editor choose "Export (API)" in the Workflow menu and use that file.';
const DEEPEST_WRAPPING = 6;

/**
 * Recognises a workflow in whatever it is wrapped: JSON text, a POST body, a history entry, the
 * editor's `{output, workflow}` pair, `{prompt}`.
 * @throws InvalidWorkflowError that says what it is instead, with the position of a JSON mistake
 */
export function parseWorkflow(source: unknown): ParsedWorkflow {
	return unwrap(source, 0);
}

/** Like {@link parseWorkflow}, only the workflow. */
export function apiWorkflow(source: unknown): ApiWorkflow {
	return parseWorkflow(source).workflow;
}

/** Whether an object is the editor's own format (nodes and links as lists). */
export function isUiWorkflow(value: unknown): boolean {
	return (
		isRecord(value) && Array.isArray(value.nodes) && (Array.isArray(value.links) || 'last_node_id' in value)
	);
}

function unwrap(source: unknown, depth: number): ParsedWorkflow {
	if (depth > DEEPEST_WRAPPING)
		throw new InvalidWorkflowError('The workflow is wrapped too deeply.', EXPORT_HINT);
	if (typeof source === 'string') return unwrap(parseText(source), depth + 1);
	if (Array.isArray(source)) {
		if (isHistoryPrompt(source)) return withExtraData(unwrap(source[2], depth + 1), source[3]);
		if (source.length === 1) return unwrap(source[0], depth + 1);
		throw notAWorkflow(source);
	}
	if (!isRecord(source)) throw notAWorkflow(source);
	if (isUiWorkflow(source)) {
		throw new InvalidWorkflowError(
			'This is the editor format of a workflow (with positions and links), which ComfyUI cannot run directly.',
			EXPORT_HINT,
		);
	}
	const nodes = Object.entries(source).filter(
		([, node]) => isRecord(node) && typeof node.class_type === 'string',
	);
	if (nodes.length > 0) return { workflow: withInputs(nodes as Array<[string, ApiWorkflow[string]]>) };
	return unwrapObject(source, depth);
}

function unwrapObject(source: Record<string, unknown>, depth: number): ParsedWorkflow {
	const { prompt, output, workflow, extra_data: extraData } = source;
	if (prompt !== undefined) return withExtraData(unwrap(prompt, depth + 1), extraData);
	if (output !== undefined) {
		const parsed = unwrap(output, depth + 1);
		return isUiWorkflow(workflow) ? { ...parsed, uiWorkflow: workflow as Record<string, unknown> } : parsed;
	}
	if (workflow !== undefined) return unwrap(workflow, depth + 1);
	if (source.json !== undefined) return unwrap(source.json, depth + 1); // an n8n item
	const members = Object.values(source);
	const [only] = members;
	if (members.length === 1 && (isRecord(only) || Array.isArray(only))) return unwrap(only, depth + 1);
	throw notAWorkflow(source);
}

/** `[number, id, workflow, extra_data, outputs]`, as history and queue keep it. */
function isHistoryPrompt(list: unknown[]): boolean {
	return list.length >= 3 && typeof list[1] === 'string' && isRecord(list[2]);
}

const NOT_OURS = new Set([
	'client_id',
	'create_time',
	'api_key_comfy_org',
	'auth_token_comfy_org',
	'comfy_usage_source',
]);

function withExtraData(parsed: ParsedWorkflow, extraData: unknown): ParsedWorkflow {
	if (!isRecord(extraData)) return parsed;
	const { extra_pnginfo: embedded, ...others } = extraData;
	const kept = Object.fromEntries(
		Object.entries(others).filter(([name, value]) => !NOT_OURS.has(name) && value !== null),
	);
	const uiWorkflow =
		isRecord(embedded) && isRecord(embedded.workflow) ? embedded.workflow : parsed.uiWorkflow;
	return {
		...parsed,
		...(uiWorkflow && { uiWorkflow }),
		...(Object.keys(kept).length > 0 && { extraData: kept }),
	};
}

function withInputs(nodes: Array<[string, ApiWorkflow[string]]>): ApiWorkflow {
	return Object.fromEntries(
		nodes.map(([id, node]) => [id, { ...node, inputs: isRecord(node.inputs) ? { ...node.inputs } : {} }]),
	);
}

function parseText(text: string): unknown {
	const bare = text.replace(/^\uFEFF/, '');
	const trimmed = bare.trim();
	if (!trimmed) throw new InvalidWorkflowError('The workflow is empty.', EXPORT_HINT);
	try {
		return parseJsonExactly(trimmed);
	} catch {
		throw notJson(bare, bare.indexOf(trimmed));
	}
}

/** @param start where the text begins, after blanks */
function notJson(text: string, start: number): InvalidWorkflowError {
	const content = text.slice(start);
	if (!/^[[{"]/.test(content)) {
		return new InvalidWorkflowError(
			`The workflow is not JSON; it starts with ${show(content, 40)}.`,
			EXPORT_HINT,
		);
	}
	const position = start + mistakeAt(content.trimEnd());
	const before = text.slice(0, position).split('\n');
	const near = show(text.slice(Math.max(position - 20, 0), position + 20), 60);
	return new InvalidWorkflowError(
		`The workflow is not valid JSON: line ${before.length}, column ${before[before.length - 1].length + 1}, near ${near}.`,
		'Quotes and line breaks inside a prompt break JSON. Do not put expressions into the JSON text; use "Inputs to Set" for the values that change.',
	);
}

function notAWorkflow(value: unknown): InvalidWorkflowError {
	const what = Array.isArray(value)
		? 'a list'
		: value === null
			? 'null'
			: isRecord(value)
				? 'an object without nodes'
				: `a ${typeof value}`;
	return new InvalidWorkflowError(`This is not a workflow: it is ${what}.`, EXPORT_HINT);
}
