import { parseJson } from '../../core/json';
import { parsePython } from './parsePython';
import { isRecord } from '../../core/guards';

/** How worker-comfyui writes down why ComfyUI refused a workflow; it does not pass the answer itself on. */
const FINDING = /^• Node (\S+) \((\w+)\): (.*)$/;
const MOST_CHARACTERS = 2_000_000;

/**
 * The answer with which ComfyUI refused a workflow (see POST /prompt), put together again from the text of
 * the worker.
 * @returns undefined for any other text, and when a part of it cannot be read
 */
export function readRefusal(text: string): Record<string, unknown> | undefined {
	if (text.length > MOST_CHARACTERS) return undefined;
	const [, raw] = /^[^\n]*?\. Raw response: (\{[^]*)$/.exec(text) ?? [];
	if (raw) return readRaw(raw);
	const [title, ...lines] = text.split('\n');
	return title === 'Workflow validation failed:' ? readFindings(lines) : undefined;
}

/** Where no node is to blame, the worker repeats the answer as it was. */
function readRaw(text: string): Record<string, unknown> | undefined {
	try {
		const answer = parseJson(text);
		return isRecord(answer) && isRecord(answer.error) ? answer : undefined;
	} catch {
		return undefined;
	}
}

/** One line per node and member of its entry in `node_errors`; an empty line comes before advice. */
function readFindings(lines: string[]): Record<string, unknown> | undefined {
	const nodes = new Map<string, Record<string, unknown>>();
	for (const line of lines) {
		if (!line.trim()) break;
		const [found, nodeId, member, text] = FINDING.exec(line) ?? [];
		if (!found) return undefined;
		const node = nodes.get(nodeId) ?? {};
		nodes.set(nodeId, node);
		if (member === 'class_type') node.class_type = text;
		if (member === 'errors') node.errors = parsePython(text);
	}
	const complete = [...nodes.values()].every(
		({ errors }) => Array.isArray(errors) && errors.length > 0 && errors.every(isRecord),
	);
	if (nodes.size === 0 || !complete) return undefined;
	const error = { type: 'prompt_outputs_failed_validation', message: 'Workflow validation failed' };
	return { error, node_errors: Object.fromEntries(nodes) };
}
