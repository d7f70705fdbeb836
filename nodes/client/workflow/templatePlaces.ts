import { InvalidInputError } from '../core/errors';
import { show } from '../core/text';
import { findInput, findNode } from './address';
import { hasInput, unknownInput } from './declaredInputs';
import type { TemplatePlace } from './template/placeholders';
import { nameNode, titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import { isRecord } from '../core/guards';

/**
 * Finds the input that a person means.
 * @param place `6.text`, `Positive Prompt.text`, or node (id, title or class) and input apart
 * @throws InvalidWorkflowError for an unknown node or input, InvalidInputError for what is no place
 */
export function findPlace(workflow: ApiWorkflow, place: unknown): TemplatePlace {
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
export function namePlace(workflow: ApiWorkflow, { node, input }: TemplatePlace): string {
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
