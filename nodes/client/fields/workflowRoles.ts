import { nameNode, sortedIds, titleOf, type ApiWorkflow } from '../core/ApiWorkflow';
import { InvalidInputError, InvalidWorkflowError } from '../core/errors';
import { listed } from '../core/text';
import { allSources, neededNodes, outputNodesOf } from '../objectInfo/graph';
import { knownNodes } from '../objectInfo/KnownNode';
import { type ObjectInfo, definitionOf } from '../objectInfo/types';
import { declaredInput, type InputAddress } from '../workflow/declaredInputs';
import type { InputValue } from '../workflow/setInputs';
import { findPrompts, type PromptTexts } from './promptRoles';
import { findSizes } from './sizeRoles';

/** What an input does in a workflow, whatever nodes the workflow is made of. */
export type WorkflowRole = 'prompt' | 'negativePrompt' | 'image' | 'width' | 'height' | 'imageCount';

/** A value for each role to set; roles without a value keep what the workflow has. */
export type RoleValues = Partial<Record<WorkflowRole, unknown>>;

/** The inputs of a workflow that play a role. */
export interface FoundRole {
	/** The inputs that get the value. Empty when the workflow does not have the role, or several inputs with different values play it. */
	targets: InputAddress[];
	/** The inputs that may be meant, when they have different values. */
	candidates: InputAddress[];
}

/** The roles in the order of a form, and how texts name them. */
const NAMES: Record<WorkflowRole, { name: string; needs: string }> = {
	prompt: { name: 'prompt', needs: 'no text leads to a sampler' },
	negativePrompt: { name: 'negative prompt', needs: 'no text leads to the negative input of a sampler' },
	image: { name: 'image', needs: 'it has no Load Image node' },
	width: { name: 'width', needs: 'no number sets the width of its images' },
	height: { name: 'height', needs: 'no number sets the height of its images' },
	imageCount: { name: 'number of images', needs: 'no number sets a batch size' },
};

export const workflowRoles = Object.keys(NAMES) as WorkflowRole[];

/**
 * Finds the inputs that play a role: the positive and negative text behind the samplers, the first image loader, the
 * size and the batch of the latents. Only nodes that an output needs count.
 * @param workflow in API format; `toApiFormat` converts the editor's format, with its subgraphs
 * @param objectInfo node types of the server; without them names and values decide
 */
export function findRoles(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo = {},
): Record<WorkflowRole, FoundRole> {
	const known = knownNodes(workflow, objectInfo);
	const needed = neededNodes(allSources(workflow), outputNodesOf(workflow, objectInfo), known);
	const isNeeded = (id: string) => needed.has(id);
	const { positive, negative } = findPrompts(workflow, objectInfo, isNeeded);
	const sizes = (role: 'width' | 'height' | 'imageCount') =>
		oneValue(
			workflow,
			findSizes(workflow, role, isNeeded).map((address) => [address]),
		);
	return {
		prompt: oneValue(workflow, positive),
		negativePrompt: oneValue(workflow, negative),
		image: { targets: firstImage(workflow, objectInfo, isNeeded), candidates: [] },
		width: sizes('width'),
		height: sizes('height'),
		imageCount: sizes('imageCount'),
	};
}

/**
 * The values of roles as values of inputs, for {@link setInputs}.
 * @throws InvalidWorkflowError for a role that the workflow does not have, or that inputs with different values play
 * @throws InvalidInputError for null, which sets nothing
 */
export function roleInputs(workflow: ApiWorkflow, values: RoleValues, objectInfo?: ObjectInfo): InputValue[] {
	const given = workflowRoles.filter((role) => values[role] !== undefined);
	if (given.length === 0) return [];
	const roles = findRoles(workflow, objectInfo);
	return given.flatMap((role) => {
		const value = values[role];
		if (value === null) {
			throw new InvalidInputError(
				`The value for the ${NAMES[role].name} is null.`,
				'Leave it out to keep the value of the workflow.',
			);
		}
		const { targets, candidates } = roles[role];
		if (targets.length === 0) throw missingRole(workflow, role, candidates);
		return targets.map(({ nodeId, input }) => ({ node: nodeId, input, value, coerce: true, add: true }));
	});
}

/** All inputs when they have the same values: a base model and its refiner take one prompt. */
function oneValue(workflow: ApiWorkflow, groups: PromptTexts[]): FoundRole {
	const targets = uniqueAddresses(groups.flat());
	const values = groups.map((group) =>
		JSON.stringify(group.map(({ nodeId, input }) => workflow[nodeId].inputs[input])),
	);
	return new Set(values).size > 1 ? { targets: [], candidates: targets } : { targets, candidates: targets };
}

function firstImage(
	workflow: ApiWorkflow,
	objectInfo: ObjectInfo,
	isNeeded: (id: string) => boolean,
): InputAddress[] {
	const nodeId = sortedIds(workflow).find((id) => isNeeded(id) && loadsImage(workflow, id, objectInfo));
	return nodeId === undefined ? [] : [{ nodeId, input: 'image' }];
}

function loadsImage(workflow: ApiWorkflow, id: string, objectInfo: ObjectInfo): boolean {
	const node = workflow[id];
	if (node.class_type === 'LoadImage') return true;
	const output = definitionOf(node.class_type, objectInfo)?.output;
	const returnsImage = Array.isArray(output) && output[0] === 'IMAGE';
	return returnsImage && declaredInput(node, 'image', objectInfo)?.upload === true;
}

function missingRole(
	workflow: ApiWorkflow,
	role: WorkflowRole,
	candidates: InputAddress[],
): InvalidWorkflowError {
	const { name, needs } = NAMES[role];
	if (candidates.length === 0) {
		return new InvalidWorkflowError(
			`The workflow has no ${name}: ${needs}.`,
			`Leave the ${name} empty, or set the input that you mean by its node.`,
		);
	}
	const inputs = candidates.map(
		({ nodeId, input }) =>
			`"${input}" of ${nameNode(nodeId, titleOf(workflow, nodeId), workflow[nodeId].class_type)}`,
	);
	return new InvalidWorkflowError(
		`The workflow has several inputs for the ${name}, with different values: ${listed(inputs)}.`,
		`Leave the ${name} empty, and set the input that you mean by its node.`,
	);
}

function uniqueAddresses(addresses: InputAddress[]): InputAddress[] {
	return [...new Map(addresses.map((address) => [`${address.nodeId}.${address.input}`, address])).values()];
}
