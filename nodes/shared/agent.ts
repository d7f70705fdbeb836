import type { IDataObject, IExecuteFunctions, INodeTypeDescription } from 'n8n-workflow';

/** What is different when an AI Agent uses a node as its tool. */

/** n8n names the tool of a node after the node. */
export function isTool(context: IExecuteFunctions): boolean {
	return context.getNode().type.endsWith('Tool');
}

const NO_FIELD =
	'The agent fills in no field of this tool, so what it asks for does not reach ComfyUI, and each call makes the same picture. Click the sparkle button beside a field such as the prompt, or use $fromAI in an expression.';

/**
 * What the tool does, for the model; the user can change it in the node.
 * @param description asks the model for a prompt
 */
export function asTool(description: string): INodeTypeDescription['usableAsTool'] {
	return { replacements: { description } };
}

/** The editor's warning for a tool in which the agent fills in no field. Only tools have a `toolDescription`. */
export const toolHints: INodeTypeDescription['hints'] = [
	{
		type: 'warning',
		message: NO_FIELD,
		displayCondition:
			'={{ $rawParameter.toolDescription !== undefined && !/\\$fromai\\s*\\(/i.test(JSON.stringify($rawParameter)) }}',
		whenToDisplay: 'always',
		location: 'outputPane',
	},
];

/** The warning for the result of a tool in which the agent fills in no field; nothing for other nodes. */
export function toolWarning(context: IExecuteFunctions): { warning?: string } {
	if (!isTool(context)) return {};
	return /\$fromai\s*\(/i.test(JSON.stringify(context.getNode().parameters)) ? {} : { warning: NO_FIELD };
}

/** What an agent needs of a result, in this order. */
const FIRST = ['warning', 'texts', 'fileName', 'mimeType', 'size', 'downloadUrl', 'comfyUiUrl', 'files'];
/** What it may need in a later call, or to explain a result. */
const THEN = ['promptId', 'fileCount', 'missing', 'warnings'];

/**
 * The result of a tool: texts, links and sizes first.
 * @param everything keeps all other members, after these
 */
export function forAgent(json: IDataObject, everything: boolean): IDataObject {
	const first = pick(json, FIRST);
	if (everything) return { ...first, ...json };
	const { texts, files } = first;
	return {
		...first,
		...(Array.isArray(texts) && { texts: (texts as IDataObject[]).map(({ text }) => text as string) }),
		...(Array.isArray(files) && { files: (files as IDataObject[]).map((file) => pick(file, FIRST)) }),
		...pick(json, THEN),
	};
}

/** The members with these names, in the order of the names. An empty list says nothing to a model. */
function pick(json: IDataObject, names: string[]): IDataObject {
	const isEmpty = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);
	return Object.fromEntries(names.filter((name) => !isEmpty(json[name])).map((name) => [name, json[name]]));
}
