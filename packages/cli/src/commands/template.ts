import { readFileSync } from 'node:fs';
import {
	createTemplate,
	fillTemplate,
	findInput,
	listParameters,
	saveWorkflow,
	type ApiWorkflow,
	type ObjectInfo,
	type ParameterDefinition,
	type TemplateSource,
} from 'comfyui-workflows-client';
import type { Context } from '../Context';
import { UsageError } from '../errors';
import { writeText, type TextOptions } from '../files/writeText';
import { splitAssignment } from '../workflow/assignments';
import { loadPrompt } from '../workflow/loadPrompt';

/** `comfyui template new`: a workflow with named parameters, in a file. */
export async function create(
	context: Context,
	reference: string,
	options: TextOptions & { param?: string[]; required?: string[]; describe?: string[] },
): Promise<void> {
	const workflow = await loadPrompt(context, reference);
	const parameters: Record<string, ParameterDefinition> = {};
	for (const text of options.param ?? []) {
		const { reference: name, value } = splitAssignment(text, '--param');
		const places = [...(parameters[name]?.places ?? []), findInput(workflow, value)].map((place) =>
			typeof place === 'object' && 'nodeId' in place ? { node: place.nodeId, input: place.input } : place,
		);
		parameters[name] = { ...parameters[name], places };
	}
	for (const name of options.required ?? []) parameters[name] = { ...parameters[name], required: true };
	for (const text of options.describe ?? []) {
		const { reference: name, value } = splitAssignment(text, '--describe');
		parameters[name] = { ...parameters[name], description: value };
	}
	const template = createTemplate(workflow, parameters);
	const text = saveWorkflow(template.workflow);
	// Numbers with more digits than JavaScript keeps survive only in a text.
	const saved = /\d{16}/.test(text) ? text : (JSON.parse(text) as unknown);
	const content = { parameters: template.parameters, workflow: saved };
	writeText(context, JSON.stringify(content, null, 2), options, { template: content });
}

/** `comfyui template list`: the parameters of a template. */
export async function list(context: Context, file: string): Promise<void> {
	const rows = listParameters(readTemplateFile(file));
	if (context.out.json) return context.out.result({ parameters: rows });
	await context.out.table(
		['PARAMETER', 'TYPE', 'REQUIRED', 'DEFAULT', 'DESCRIPTION'],
		rows.map(({ name, type, required, default: value, description }) => [
			name,
			type,
			required ? 'yes' : 'no',
			value === undefined ? '' : JSON.stringify(value),
			description,
		]),
	);
}

/** `comfyui template fill`: the workflow with values for the parameters. */
export async function fill(
	context: Context,
	file: string,
	values: string[],
	options: TextOptions,
): Promise<void> {
	const template = readTemplateFile(file);
	const types = new Map(listParameters(template).map(({ name, type }) => [name, type]));
	const given = values.map((text) => {
		const { reference: name, value } = splitAssignment(text, 'A value', (one) => types.has(one));
		return [name, typed(value, types.get(name))] as const;
	});
	const filled: ApiWorkflow = fillTemplate(
		template,
		Object.fromEntries(given),
		undefined as ObjectInfo | undefined,
	);
	const text = saveWorkflow(filled);
	writeText(context, text, options, { workflow: JSON.parse(text) });
}

/** A text as the type that the parameter has. */
function typed(value: string, type: string | undefined): unknown {
	if (type === 'string') return value;
	try {
		return JSON.parse(value);
	} catch {
		return value;
	}
}

function readTemplateFile(file: string): TemplateSource {
	let content: unknown;
	try {
		content = JSON.parse(file === '-' ? readFileSync(0, 'utf8') : readFileSync(file, 'utf8'));
	} catch (error) {
		if ((error as NodeJS.ErrnoException).syscall) throw error;
		throw new UsageError(`${file} is not valid JSON.`, 'comfyui template new makes a template.');
	}
	if (typeof content === 'object' && content !== null && 'workflow' in content)
		return content as TemplateSource;
	throw new UsageError(`${file} is no template.`, 'comfyui template new makes a template out of a workflow.');
}
