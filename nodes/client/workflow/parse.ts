import { InvalidWorkflowError } from '../core/errors';
import { type ApiWorkflow } from '../core/ApiWorkflow';
import { isDeeperThan, isRecord, MAX_LEVELS } from '../core/guards';
import { jsonErrorPosition, parseJsonExactly } from '../core/json';
import { show } from '../core/text';

/** The editor's own format of a workflow: nodes with positions, and links. */
export type UiWorkflow = Record<string, unknown>;

/** A workflow that was found in a source: in API format, in the editor's format, or both. */
export interface FoundWorkflow {
	/** In API format; missing when there was only the editor's. */
	workflow?: ApiWorkflow;
	/** In the editor's format; missing when there was only the API format. */
	uiWorkflow?: UiWorkflow;
	/** `extra_data` of a POST body or history entry, without credentials and ids of an earlier run. */
	extraData?: Record<string, unknown>;
}

/** A workflow that can be sent as it is. */
export type ParsedWorkflow = FoundWorkflow & { workflow: ApiWorkflow };

/** The text of a workflow is not JSON. */
export class WorkflowSyntaxError extends InvalidWorkflowError {}

const DEEPEST_WRAPPING = 6;

/**
 * Finds the workflow in any known wrapping: JSON text, a POST body, a history entry, the
 * editor's `{output, workflow}` pair, `{prompt}`, an n8n item.
 * @throws InvalidWorkflowError that names what the source is instead, or the position of a JSON mistake
 */
export function readWorkflow(source: unknown): FoundWorkflow {
	const found = unwrap(source, 0);
	if (!isDeeperThan([found.workflow, found.uiWorkflow, found.extraData])) return found;
	throw new InvalidWorkflowError(
		`The workflow is nested more than ${MAX_LEVELS} levels deep.`,
		'No node takes that: look for a file that was put into itself.',
	);
}

/**
 * Like {@link readWorkflow}, but accepts only the API format.
 * @throws InvalidWorkflowError for the editor's format too: `toApiFormat` turns it into the other
 */
export function parseWorkflow(source: unknown): ParsedWorkflow {
	const { workflow, ...found } = readWorkflow(source);
	if (workflow) return { workflow, ...found };
	throw new InvalidWorkflowError(
		'This is the editor format of a workflow (with positions and links), which ComfyUI cannot run directly.',
		'Convert it with toApiFormat, or choose "Export (API)" in the Workflow menu of the ComfyUI editor.',
	);
}

/** Whether an object is the editor's own format (nodes and links as lists). */
function isUiWorkflow(value: unknown): value is UiWorkflow {
	return (
		isRecord(value) && Array.isArray(value.nodes) && (Array.isArray(value.links) || 'last_node_id' in value)
	);
}

/** Whether an object is a workflow of n8n, which people copy by mistake. */
function isOfN8n({ nodes, connections }: Record<string, unknown>): boolean {
	if (!Array.isArray(nodes) || nodes.length === 0 || !isRecord(connections)) return false;
	return nodes.some((node: unknown) => isRecord(node) && 'typeVersion' in node && isRecord(node.parameters));
}

function unwrap(source: unknown, depth: number): FoundWorkflow {
	if (depth > DEEPEST_WRAPPING)
		throw new InvalidWorkflowError('The workflow is wrapped too deeply.', WHERE_TO_GET_ONE);
	if (typeof source === 'string') return unwrap(parseText(source), depth + 1);
	if (Array.isArray(source)) {
		if (isHistoryPrompt(source)) return withExtraData(unwrap(source[2], depth + 1), source[3]);
		if (source.length === 1) return unwrap(source[0], depth + 1);
		throw notAWorkflow(source);
	}
	if (!isRecord(source)) throw notAWorkflow(source);
	if (isUiWorkflow(source)) return { uiWorkflow: source };
	if (isOfN8n(source)) throw ofN8n();
	const nodes = Object.entries(source).filter(
		([, node]) => isRecord(node) && typeof node.class_type === 'string',
	);
	if (nodes.length > 0) return { workflow: withInputs(nodes as Array<[string, ApiWorkflow[string]]>) };
	return unwrapObject(source, depth);
}

function unwrapObject(source: Record<string, unknown>, depth: number): FoundWorkflow {
	const { prompt, output, workflow, extra_data: extraData } = source;
	const runnable = [prompt, output].find(mayHoldWorkflow);
	if (runnable !== undefined) {
		return withUiWorkflow(withExtraData(unwrap(runnable, depth + 1), extraData), workflow);
	}
	// an n8n item, or what a webhook received
	const inner = [workflow, source.json, source.body, prompt, output].find((value) => value !== undefined);
	if (inner !== undefined) return unwrap(inner, depth + 1);
	const members = Object.values(source);
	const [only] = members;
	if (members.length === 1 && (isRecord(only) || Array.isArray(only))) return unwrap(only, depth + 1);
	throw notAWorkflow(source);
}

/** In the item of an automation, `prompt` is often the text of a picture. */
const mayHoldWorkflow = (value: unknown) =>
	typeof value === 'string' ? /^\uFEFF?\s*["[{]/.test(value) : typeof value === 'object' && value !== null;

/** Adds the editor's workflow from the same source. */
function withUiWorkflow(found: FoundWorkflow, beside: unknown): FoundWorkflow {
	return isUiWorkflow(beside) ? { ...found, uiWorkflow: beside } : found;
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

function withExtraData(parsed: FoundWorkflow, extraData: unknown): FoundWorkflow {
	if (!isRecord(extraData)) return parsed;
	const { extra_pnginfo: pngInfo, ...others } = extraData;
	const kept = Object.fromEntries(
		Object.entries(others).filter(([name, value]) => !NOT_OURS.has(name) && value !== null),
	);
	const uiWorkflow = isRecord(pngInfo) && isRecord(pngInfo.workflow) ? pngInfo.workflow : parsed.uiWorkflow;
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

function ofN8n(): InvalidWorkflowError {
	return new InvalidWorkflowError('This is a workflow of n8n, not one of ComfyUI.', WHERE_TO_GET_ONE);
}

function notAWorkflow(value: unknown): InvalidWorkflowError {
	const what = Array.isArray(value)
		? 'a list'
		: value === null
			? 'null'
			: isRecord(value)
				? 'an object without nodes'
				: `a ${typeof value}`;
	return new InvalidWorkflowError(`This is not a workflow: it is ${what}.`, WHERE_TO_GET_ONE);
}

/** What to paste when a text is no workflow. */
const WHERE_TO_GET_ONE =
	'In the ComfyUI editor choose "Save" or "Export (API)" in the Workflow menu and use that file, or use a file that ComfyUI made.';

/**
 * The JSON of a workflow's text, with all digits of its seeds.
 * @throws InvalidWorkflowError with line, column and surroundings of a mistake
 */
function parseText(text: string): unknown {
	const bare = text.replace(/^\uFEFF/, '');
	const trimmed = bare.trim();
	if (!trimmed) throw new InvalidWorkflowError('The workflow is empty.', WHERE_TO_GET_ONE);
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
			WHERE_TO_GET_ONE,
		);
	}
	const position = start + jsonErrorPosition(content.trimEnd());
	const before = text.slice(0, position).split('\n');
	const near = show(text.slice(Math.max(position - 20, 0), position + 20), 60);
	return new WorkflowSyntaxError(
		`The workflow is not valid JSON: line ${before.length}, column ${before[before.length - 1].length + 1}, near ${near}.`,
		'Inside a text, JSON needs a backslash before each quote, and \\n in place of a line break. A comma after the last member is not allowed.',
	);
}
