import { InvalidInputError } from '../../core/errors';
import { listed, show } from '../../core/text';
import { parseWorkflow } from '../parse';
import { findPlaceholders, placeholdersIn, type TemplatePlace } from './placeholders';
import { didYouMean } from '../../core/nearestNames';
import { type ApiWorkflow, nameNode, titleOf, copyWorkflow } from '../../core/ApiWorkflow';
import { isRecord } from '../../core/guards';
import { findInput, findNode } from '../address';
import { hasInput, unknownInput } from '../declaredInputs';

/** The definition of a parameter of a template. */
export interface ParameterDefinition {
	/** Id, title or (when unique) class of the node whose input it sets. Not needed for a placeholder. */
	node?: string | number;
	input?: string;
	/** For a parameter that sets several inputs. */
	places?: ReadonlyArray<string | TemplatePlace>;
	/** Taken when no value is given. Without it an input keeps its value, and a placeholder needs one. */
	default?: unknown;
	/** Whether a value has to be given, even when there is a default. */
	required?: boolean;
	description?: string;
}

/** A parameter with all inputs that take its value, by the ids of their nodes. */
export interface TemplateParameter {
	places: TemplatePlace[];
	default?: unknown;
	required?: boolean;
	description?: string;
}

/** A workflow with named parameters. Plain JSON. */
export interface WorkflowTemplate {
	workflow: ApiWorkflow;
	parameters: Record<string, TemplateParameter>;
}

/** A template from {@link createTemplate}, or written by hand; the workflow may be JSON text. */
export interface TemplateSource {
	workflow: unknown;
	parameters?: Readonly<Record<string, string | ParameterDefinition>>;
}

/**
 * Gives inputs of a workflow names, under which {@link fillTemplate} sets them. Every `{{name}}` in a text
 * of the workflow is a parameter too (letters, digits, _ and -), which may stand in many places.
 * @param parameters by name: `node.input`, or more about it
 * @throws InvalidWorkflowError for an unknown node or input
 * @throws InvalidInputError for a parameter without a place, or two for one input
 * @example
 * const template = createTemplate(workflow, { prompt: 'Positive Prompt.text', steps: '3.steps' });
 * await client.queuePrompt(fillTemplate(template, { prompt: 'a "quoted" lighthouse', steps: 20 }));
 */
export function createTemplate(
	workflow: TemplateSource['workflow'],
	parameters: TemplateSource['parameters'] = {},
): WorkflowTemplate {
	const copy = copyWorkflow(parseWorkflow(workflow).workflow);
	const placeholders = findPlaceholders(copy);
	const all = new Map<string, TemplateParameter>();
	for (const [name, given] of Object.entries(parameters)) {
		const { node, input, places, ...about } = toDefinition(name, given);
		const named = [
			...(node === undefined && input === undefined ? [] : [{ node, input }]),
			...(places ?? []),
		];
		const found = named.map((place) => findPlace(copy, place));
		const everywhere = distinct([...found, ...(placeholders.get(name) ?? [])]);
		if (everywhere.length === 0) throw withoutPlace(name, [...placeholders.keys()]);
		all.set(name, { places: everywhere, ...about });
	}
	for (const [name, places] of placeholders) if (!all.has(name)) all.set(name, { places });
	refuseOverlaps(copy, all);
	return { workflow: copy, parameters: Object.fromEntries(all) };
}

function toDefinition(name: string, given: unknown): ParameterDefinition {
	if (typeof given === 'string') return { places: [given] };
	if (isRecord(given) && (given.places === undefined || Array.isArray(given.places))) return given;
	throw new InvalidInputError(
		`The parameter ${show(name, 60)} is described by ${show(given, 60)}.`,
		'Describe it by a text such as "6.text", or by an object such as {"node": "6", "input": "text"}.',
	);
}

function distinct(places: TemplatePlace[]): TemplatePlace[] {
	return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}

/** If two parameters set the same input, one would be lost silently. */
function refuseOverlaps(workflow: ApiWorkflow, parameters: Map<string, TemplateParameter>): void {
	const owners = new Map<string, string>();
	for (const [name, { places }] of parameters) {
		for (const place of places) {
			const inText = placeholdersIn(workflow[place.node].inputs[place.input]);
			if (inText.includes(name)) continue;
			const other = owners.get(keyOf(place)) ?? inText[0];
			if (other !== undefined) throw overlapping(name, other, namePlace(workflow, place));
			owners.set(keyOf(place), name);
		}
	}
}

const keyOf = ({ node, input }: TemplatePlace) => JSON.stringify([node, input]);

function overlapping(name: string, other: string, place: string): InvalidInputError {
	return new InvalidInputError(
		`The parameters ${show(name, 60)} and ${show(other, 60)} both set ${place}.`,
		'Leave one of them out, or make both placeholders such as {{name}} in the text of the input.',
	);
}

function withoutPlace(name: string, placeholders: string[]): InvalidInputError {
	const names = placeholders.map((placeholder) => show(placeholder, 60));
	return new InvalidInputError(
		`The parameter ${show(name, 60)} has no place in the workflow. ${didYouMean(name, placeholders)}`.trim(),
		names.length > 0
			? `Name its node and input; the placeholders in the texts are ${listed(names, 20)}.`
			: 'Name its node and input, or write {{name}} into a text of the workflow.',
	);
}

/**
 * Finds the input that a person means.
 * @param place `6.text`, `Positive Prompt.text`, or node (id, title or class) and input apart
 * @throws InvalidWorkflowError for an unknown node or input, InvalidInputError for what is no place
 */
function findPlace(workflow: ApiWorkflow, place: unknown): TemplatePlace {
	if (typeof place === 'string') {
		const { nodeId, input } = findInput(workflow, place);
		return { node: nodeId, input };
	}
	const { node, input } = asPlace(place);
	const id = findNode(workflow, node);
	if (!hasInput(workflow[id], input)) throw unknownInput(workflow, { nodeId: id, input });
	return { node: id, input };
}

/** `"Positive Prompt" (node 6), input "text"`: how errors name a place. */
function namePlace(workflow: ApiWorkflow, { node, input }: TemplatePlace): string {
	return `${nameNode(node, titleOf(workflow, node), workflow[node].class_type)}, input ${show(input, 60)}`;
}

function asPlace(place: unknown): { node: string | number; input: string } {
	const { node, input } = isRecord(place) ? place : {};
	const hasNode = typeof node === 'string' || typeof node === 'number';
	if (hasNode && typeof input === 'string') return { node, input };
	throw new InvalidInputError(
		`${show(place)} does not name an input of a node.`,
		'Write node and input with a dot between them, such as "6.text", or as {"node": "6", "input": "text"}.',
	);
}
