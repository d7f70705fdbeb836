import { stringifyExactly } from '../../core/json';
import { type ApiWorkflow, sortedIds } from '../../core/ApiWorkflow';

/** One input of one node, by the node's id. */
export interface TemplatePlace {
	node: string;
	input: string;
}

const PLACEHOLDER = /\{\{\s*([\p{L}\p{N}_-]+)\s*\}\}/gu;
const ONLY_PLACEHOLDER = /^\{\{\s*([\p{L}\p{N}_-]+)\s*\}\}$/u;

/** Every `{{name}}` in the texts of a workflow, by name, with the inputs that have it. */
export function findPlaceholders(workflow: ApiWorkflow): Map<string, TemplatePlace[]> {
	const found = new Map<string, TemplatePlace[]>();
	for (const node of sortedIds(workflow)) {
		for (const [input, value] of Object.entries(workflow[node].inputs)) {
			for (const name of placeholdersIn(value)) {
				const places = found.get(name) ?? [];
				places.push({ node, input });
				found.set(name, places);
			}
		}
	}
	return found;
}

/** The names in a value that is a text, each once. */
export function placeholdersIn(value: unknown): string[] {
	if (typeof value !== 'string' || !value.includes('{{')) return [];
	return [...new Set(Array.from(value.matchAll(PLACEHOLDER), ([, name]) => name))];
}

/** Whether a value is one placeholder and nothing else, so that what comes in its place keeps its type. */
export function isOnlyPlaceholder(value: unknown): boolean {
	return typeof value === 'string' && ONLY_PLACEHOLDER.test(value);
}

/** Puts values in the place of all placeholders of a text. What stands in a value is never looked at. */
export function fillPlaceholders(text: string, valueOf: (name: string) => unknown): unknown {
	const only = ONLY_PLACEHOLDER.exec(text);
	if (only) return valueOf(only[1]);
	return text.replace(PLACEHOLDER, (_, name: string) => asText(valueOf(name)));
}

function asText(value: unknown): string {
	if (value === null || value === undefined) return '';
	if (typeof value === 'string') return value;
	return stringifyExactly(value);
}
