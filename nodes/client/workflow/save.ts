import { stringifyExactly } from '../core/json';
import { sanitize } from '../protocol/safeToSend';
import { type ApiWorkflow, sortedIds } from '../core/ApiWorkflow';

/**
 * The JSON text of a workflow, always the same for the same nodes: ids in natural order,
 * two blanks of indentation, all digits of 64-bit seeds, a line break at the end. `parseWorkflow` reads it.
 * @returns nodes with `class_type`, `inputs` and `_meta`, and nothing else
 * @throws InvalidWorkflowError when there is no node
 * @example
 * const { workflow } = parseWorkflow(await readFile('portrait.json', 'utf8'));
 * await writeFile('portrait.json', saveWorkflow(workflow));
 */
export function saveWorkflow(workflow: ApiWorkflow): string {
	const nodes = sanitize(workflow);
	// Member by member: an object would put ids such as "007" behind those that look like list indices.
	const members = sortedIds(nodes).map((id) => `${JSON.stringify(id)}:${stringifyExactly(nodes[id])}`);
	return `${indented(`{${members.join(',')}}`)}\n`;
}

/** The closing quote is optional so that a text is read once; JSON always has it. */
const STRING_OR_MARK = /"[^"\\]*(?:\\[^][^"\\]*)*"?|[[\]{},:]/g;

/** Compact JSON, laid out as `JSON.stringify(value, null, 2)` does; numbers stay as they are written. */
function indented(json: string): string {
	let depth = 0;
	const newLine = () => `\n${'  '.repeat(depth)}`;
	return json.replace(STRING_OR_MARK, (token, at: number) => {
		switch (token) {
			case '{':
			case '[':
				if ('}]'.includes(json[at + 1])) return token;
				depth++;
				return token + newLine();
			case '}':
			case ']':
				if ('{['.includes(json[at - 1])) return token;
				depth--;
				return newLine() + token;
			case ',':
				return token + newLine();
			case ':':
				return ': ';
			default:
				return token;
		}
	});
}
