import { BigInteger } from '../../core/json';
import { isOnlyPlaceholder, placeholdersIn, type TemplatePlace } from './placeholders';
import { createTemplate, type TemplateParameter, type TemplateSource } from './template';
import { titleOf, type ApiWorkflow } from '../../core/ApiWorkflow';

/** A parameter of a template, for a form. Plain JSON. */
export interface ParameterRow {
	name: string;
	/** Where its value goes first. */
	nodeId: string;
	nodeTitle: string;
	input: string;
	/** The type of the value that it replaces; `any` when there is none. */
	type: 'string' | 'number' | 'boolean' | 'object' | 'any';
	/** What is sent when it is left out. */
	default?: unknown;
	required: boolean;
	description?: string;
	/** All inputs that take its value. */
	places: TemplatePlace[];
}

/**
 * The parameters of a template, for a form or a description.
 * @throws InvalidWorkflowError, InvalidInputError for a template that cannot be used
 * @example
 * const missing = listParameters(template).filter(({ required }) => required);
 * console.log(missing.map(({ name, type }) => `${name} (${type})`));
 */
export function listParameters(template: TemplateSource): ParameterRow[] {
	const { workflow, parameters } = createTemplate(template.workflow, template.parameters);
	return Object.entries(parameters).map(([name, parameter]) => toRow(workflow, name, parameter));
}

/** Whether filling a template fails without a value for this parameter. */
export function isRequired(workflow: ApiWorkflow, name: string, parameter: TemplateParameter): boolean {
	if (parameter.required) return true;
	const isPlaceholder = parameter.places.some((place) =>
		placeholdersIn(valueAt(workflow, place)).includes(name),
	);
	return isPlaceholder && parameter.default === undefined;
}

function toRow(workflow: ApiWorkflow, name: string, parameter: TemplateParameter): ParameterRow {
	const { places, description } = parameter;
	const [first] = places;
	const current = valueAt(workflow, first);
	const replaced = placeholdersIn(current).includes(name) ? undefined : current;
	const preset = parameter.default === undefined ? replaced : parameter.default;
	const isInText = replaced === undefined && !isOnlyPlaceholder(current);
	return {
		name,
		nodeId: first.node,
		nodeTitle: titleOf(workflow, first.node) as string,
		input: first.input,
		type: isInText ? 'string' : typeOf(replaced ?? parameter.default),
		...(preset !== undefined && { default: preset instanceof BigInteger ? preset.digits : preset }),
		required: isRequired(workflow, name, parameter),
		...(description !== undefined && { description }),
		places,
	};
}

function typeOf(value: unknown): ParameterRow['type'] {
	if (value === null || value === undefined) return 'any';
	if (value instanceof BigInteger) return 'number';
	const type = typeof value;
	return type === 'string' || type === 'number' || type === 'boolean' ? type : 'object';
}

const valueAt = (workflow: ApiWorkflow, { node, input }: TemplatePlace) => workflow[node].inputs[input];
