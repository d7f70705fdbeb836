import { InvalidInputError } from '../../core/errors';
import { listed, show } from '../../core/text';
import { isRequired } from './listParameters';
import { fillPlaceholders, placeholdersIn } from './placeholders';
import { setInputs, type InputValue } from '../setInputs';
import { didYouMean } from '../../core/nearestNames';
import { createTemplate, type TemplateSource, type WorkflowTemplate } from './template';
import type { ApiWorkflow } from '../../core/ApiWorkflow';
import type { ObjectInfo } from '../../objectInfo/types';

type ValueOf = (name: string) => unknown;

/** Limits errors about generated templates, which may have thousands of parameters. */
const MAX_NAMES = 50;

/**
 * The workflow of a template with these values. A value of a text input may hold anything: it is put into
 * the workflow as it is, and `{{name}}` in it stays. A text takes the type of the value that it replaces,
 * and a value that is all of `{{name}}` keeps its own.
 * @param values by parameter; `undefined` counts as not given
 * @param objectInfo the server's catalogue, for the types of inputs
 * @throws InvalidInputError that names every parameter that is missing, and every one that is unknown
 * @example
 * const workflow = fillTemplate(template, { prompt: 'a lighthouse', seed: 42 });
 * const { promptId } = await client.queuePrompt(workflow);
 */
export function fillTemplate(
	template: TemplateSource,
	values: Readonly<Record<string, unknown>> = {},
	objectInfo?: ObjectInfo,
): ApiWorkflow {
	const checked = createTemplate(template.workflow, template.parameters);
	const parameters = new Map(Object.entries(checked.parameters));
	const given = new Map(Object.entries(values).filter(([, value]) => value !== undefined));
	refuseMistakes(checked, given);
	const valueOf: ValueOf = (name) => (given.has(name) ? given.get(name) : parameters.get(name)?.default);
	const inputs = [...intoTexts(checked.workflow, valueOf), ...asWhole(checked, valueOf)];
	return setInputs(checked.workflow, inputs, objectInfo);
}

/** Texts with placeholders: all of a text's are filled at once. */
function intoTexts(workflow: ApiWorkflow, valueOf: ValueOf): InputValue[] {
	return Object.entries(workflow).flatMap(([node, { inputs }]) =>
		Object.entries(inputs)
			.filter(([, current]) => placeholdersIn(current).length > 0)
			.map(([input, current]) => ({
				node,
				input,
				value: fillPlaceholders(current as string, valueOf),
				coerce: true,
			})),
	);
}

/** Inputs that a parameter replaces; without a value they stay as they are. */
function asWhole({ workflow, parameters }: WorkflowTemplate, valueOf: ValueOf): InputValue[] {
	return Object.entries(parameters).flatMap(([name, { places }]) => {
		const value = valueOf(name);
		if (value === undefined) return [];
		return places
			.filter(({ node, input }) => placeholdersIn(workflow[node].inputs[input]).length === 0)
			.map((place) => ({ ...place, value, coerce: true }));
	});
}

function refuseMistakes({ workflow, parameters }: WorkflowTemplate, given: Map<string, unknown>): void {
	const names = Object.keys(parameters);
	const missing = names.filter((name) => !given.has(name) && isRequired(workflow, name, parameters[name]));
	const unknown = [...given.keys()].filter((name) => !Object.hasOwn(parameters, name));
	if (missing.length === 0 && unknown.length === 0) return;
	const needs = missing.length > 0 ? [`The template needs a value for ${named(missing)}.`] : [];
	const guesses = unknown.slice(0, MAX_NAMES).map((name) => didYouMean(name, names));
	const lacks = unknown.length > 0 ? [`It has no parameter ${named(unknown)}.`, ...new Set(guesses)] : [];
	throw new InvalidInputError(
		[...needs, ...lacks].filter(Boolean).join(' '),
		names.length > 0 ? `Its parameters are ${named(names)}.` : 'It has no parameters.',
	);
}

const named = (names: string[]) =>
	listed(
		names.map((name) => show(name, 60)),
		MAX_NAMES,
	);
