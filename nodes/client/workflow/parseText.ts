import { InvalidWorkflowError } from '../core/errors';
import { parseJsonExactly } from '../core/json';
import { mistakeAt } from '../core/jsonErrorPosition';
import { show } from '../core/text';

/** What to paste when a text is no workflow. */
export const WHERE_TO_GET_ONE =
	'In the ComfyUI editor choose "Save" or "Export (API)" in the Workflow menu and use that file, or use a file that ComfyUI made.';

/**
 * The JSON of a workflow's text, with all digits of its seeds.
 * @throws InvalidWorkflowError with line, column and surroundings of a mistake
 */
export function parseText(text: string): unknown {
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
	const position = start + mistakeAt(content.trimEnd());
	const before = text.slice(0, position).split('\n');
	const near = show(text.slice(Math.max(position - 20, 0), position + 20), 60);
	return new InvalidWorkflowError(
		`The workflow is not valid JSON: line ${before.length}, column ${before[before.length - 1].length + 1}, near ${near}.`,
		'Quotes and line breaks inside a prompt break JSON. Do not put expressions into the JSON text; use "Inputs to Set" for the values that change.',
	);
}
