import type { IExecuteFunctions } from 'n8n-workflow';
import type { ApiWorkflow } from '../../client/core/ApiWorkflow';
import { InvalidInputError } from '../../client/core/errors';
import { findRoles, type RoleValues, type WorkflowRole } from '../../client/fields/workflowRoles';
import { isMissing, noValue } from './values';
import type { WrongEntries } from './WrongEntries';

/** The fields for the roles of inputs, by the role; the parameter has its name. */
const FIELDS: Record<WorkflowRole, { label: string; takesText: boolean }> = {
	prompt: { label: 'Prompt', takesText: true },
	negativePrompt: { label: 'Negative Prompt', takesText: true },
	image: { label: 'Image', takesText: false },
	width: { label: 'Width', takesText: false },
	height: { label: 'Height', takesText: false },
	imageCount: { label: 'Number of Images', takesText: false },
};

const ROLES = Object.keys(FIELDS) as WorkflowRole[];

/**
 * The values of the fields for one item. A field that is left empty sets nothing. An expression always sets its
 * result, so that no value of the workflow takes its place.
 * @param wrong gets an error for each expression that gives nothing, or an empty text for an input that takes none
 */
export function roleValues(context: IExecuteFunctions, itemIndex: number, wrong: WrongEntries): RoleValues {
	const { parameters } = context.getNode();
	const values: RoleValues = {};
	for (const role of ROLES) {
		const entered = parameters[role];
		if (isMissing(entered) || entered === '') continue;
		const { label, takesText } = FIELDS[role];
		const value: unknown = context.getNodeParameter(role, itemIndex);
		const isEmpty = typeof value === 'string' && value.trim() === '';
		const isWrong = isMissing(value) || (isEmpty && !takesText && isExpression(entered));
		if (isWrong) wrong.add([noValue(label, itemIndex)]);
		else if (!isEmpty || isExpression(entered)) values[role] = value;
	}
	return values;
}

/** What the workflows of our own cannot do without. */
const NEEDED: Record<string, WorkflowRole[]> = {
	textToImage: ['prompt'],
	imageToImage: ['image', 'prompt'],
	inpaint: ['image', 'prompt'],
	upscale: ['image'],
};

const HINTS: Partial<Record<WorkflowRole, string>> = {
	prompt: 'Describe what to paint, such as: a lighthouse in a storm, oil painting.',
	image:
		'Enter the name of a binary field of the item, an address (https://...), or the name of a file on the server.',
};

/**
 * Checks that a workflow of our own has its prompt and its image, from wherever they were set.
 * @param workflow with all values set
 * @throws InvalidInputError that names the field
 */
export function assertRolesFilled(source: unknown, workflow: ApiWorkflow, given: RoleValues): void {
	const needed = Object.hasOwn(NEEDED, String(source)) ? NEEDED[String(source)] : [];
	const missing = needed.filter((role) => given[role] === undefined);
	if (missing.length === 0) return;
	const roles = findRoles(workflow);
	const empty = missing.find((role) =>
		roles[role].targets.some(({ nodeId, input }) => workflow[nodeId].inputs[input] === ''),
	);
	if (empty) throw new InvalidInputError(`"${FIELDS[empty].label}" is empty.`, HINTS[empty]);
}

const isExpression = (value: unknown) => typeof value === 'string' && value.startsWith('=');
