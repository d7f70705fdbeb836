import type {
	ILoadOptionsFunctions,
	ResourceMapperFields,
	FieldType,
	INodePropertyOptions,
	ResourceMapperField,
	IExecuteFunctions,
} from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { toApiFormat } from '../../client/convert/toApiFormat';
import { InvalidWorkflowError } from '../../client/core/errors';
import { listFields } from '../../client/fields/listFields';
import { tidy } from '../../client/core/text';
import { readWorkflow } from '../../client/workflow/parse';
import { readSavedWorkflow, searchSavedWorkflows } from './savedWorkflows';
import { askServer } from '../clients';
import type { NodeInput } from '../../client/objectInfo/inputs';
import type { WorkflowField } from '../../client/fields/WorkflowField';
import { BigInteger } from '../../client/core/json';
import { isRecord } from '../../client/core/guards';
import type { InputValue } from '../../client/workflow/setInputs';

/**
 * The fields of "Workflow Inputs": the inputs of the workflow that is chosen. Where that is not known before
 * the node runs, or cannot be read, the place of the form says why.
 */
async function workflowInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
	try {
		return { fields: await askServer(this, async (client) => await fieldsOf(this, client)) };
	} catch (error) {
		return { fields: [], emptyFieldsNotice: noticeOf(error) };
	}
}

async function fieldsOf(
	context: ILoadOptionsFunctions,
	client: ComfyUiClient,
): Promise<ResourceMapperFields['fields']> {
	const source = await chosenWorkflow(context, client);
	if (!client.host.capabilities.catalogue) return fieldsByValues(source, client.host.name);
	const objectInfo = await client.objectInfo();
	const { prompt, markedInputs } = toApiFormat(source, objectInfo, { substituteNames: false });
	return listFields(prompt, objectInfo, markedInputs).map(toFormField);
}

/** Without a catalogue the workflow itself has to tell what can be set. */
function fieldsByValues(source: unknown, host: string): ResourceMapperFields['fields'] {
	const { workflow } = readWorkflow(source);
	if (workflow) return listFields(workflow, {}).map(toFormField);
	throw new InvalidWorkflowError(
		`${host} does not tell what its nodes take, so a workflow in the format of the editor cannot be used.`,
		'Paste it in API format: "Export (API)" in the Workflow menu of the ComfyUI editor.',
	);
}

/** The workflow as far as it is known while the node is being set up. */
async function chosenWorkflow(context: ILoadOptionsFunctions, client: ComfyUiClient): Promise<unknown> {
	const source = context.getCurrentNodeParameter('workflowSource') ?? 'json';
	if (source === 'binary') {
		throw notYet('The workflow comes from a file');
	}
	if (source === 'server') {
		const path = context.getCurrentNodeParameter('savedWorkflow', { extractValue: true });
		if (isExpression(path)) throw notYet('The saved workflow is chosen by an expression');
		return await readSavedWorkflow(client, path);
	}
	const workflow = context.getCurrentNodeParameter('workflow');
	if (isExpression(workflow)) throw notYet('The workflow is an expression');
	if (String(workflow ?? '').trim() !== '') return workflow;
	throw new InvalidWorkflowError('Paste a workflow first; its inputs are shown here then.');
}

const isExpression = (value: unknown) => typeof value === 'string' && value.startsWith('=');

function notYet(why: string): InvalidWorkflowError {
	return new InvalidWorkflowError(
		`${why}, so the inputs are not known here.`,
		'Use "Inputs to Set" for the values that change.',
	);
}

function noticeOf(error: unknown): string {
	const { message, description } = error as { message: string; description?: string | null };
	return tidy([message, description].filter(Boolean).join(' '), 600);
}

/** A field of n8n's form for an input of a workflow; what is not important can be added by hand. */
function toFormField({ id, label, declared, value, important }: WorkflowField): ResourceMapperField {
	const type = typeOf(declared, value);
	return {
		id,
		displayName: declared?.upload ? `${label} (binary field or file on the server)` : label,
		required: false,
		display: true,
		defaultMatch: false,
		canBeUsedToMatch: false,
		type,
		removed: !important,
		...(type === 'options' && { options: optionsOf(declared, value) }),
		defaultValue: defaultOf(value),
	};
}

/** A seed beyond 2^53 is edited as text, where it keeps its digits. */
function typeOf(declared: NodeInput | undefined, value: unknown): FieldType {
	if (value instanceof BigInteger) return 'string';
	if (isComposite(value)) return 'object';
	if (!declared)
		return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as FieldType) : 'string';
	// Any file can be uploaded to it, so it is no choice among those that are there.
	if (declared.upload || declared.multiselect) return 'string';
	if (declared.choices && declared.choices.length > 0) return 'options';
	if (declared.type === 'INT' || declared.type === 'FLOAT') return 'number';
	return declared.type === 'BOOLEAN' ? 'boolean' : 'string';
}

/** The server's choices, and what the workflow has when that is not among them. */
function optionsOf(declared: NodeInput | undefined, value: unknown): INodePropertyOptions[] {
	const choices = (declared?.choices ?? []).filter((choice) => choice !== null);
	const options = choices.map((choice) => ({ name: String(choice), value: choice }));
	if (value === undefined || value === null || choices.some((choice) => choice === value)) return options;
	return [...options, { name: `${String(value)} (not on the server)`, value: value as string }];
}

function defaultOf(value: unknown): ResourceMapperField['defaultValue'] {
	if (value instanceof BigInteger) return value.digits;
	if (isComposite(value)) return JSON.stringify(value);
	return value === undefined ? null : (value as string | number | boolean | null);
}

const isComposite = (value: unknown) =>
	Array.isArray(value) || (isRecord(value) && !(value instanceof BigInteger));

/** What was entered into the form of one item: field ID to value. */
export function formEntries(context: IExecuteFunctions, itemIndex: number): Array<[string, unknown]> {
	const form: unknown = context.getNodeParameter('workflowInputs', itemIndex, {});
	const values = isRecord(form) && isRecord(form.value) ? form.value : {};
	return Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
}

/**
 * The values of the form that differ from the workflow. A field that shows what is in the workflow anyway
 * changes nothing, so that the "Seed" option still applies to a seed that nobody touched.
 */
export function formValues(
	context: IExecuteFunctions,
	entries: Array<[string, unknown]>,
	fields: readonly WorkflowField[],
): InputValue[] {
	const known = new Map(fields.map((field) => [field.id, field]));
	return entries.flatMap(([id, value]): InputValue[] => {
		const field = known.get(id);
		// The workflow is another one now, or an expression: the ID is an address like any other.
		if (!field) return [{ node: id, input: '', value, coerce: true }];
		if (value === '' && !takesText(field)) return [];
		if (String(value) === String(field.value) && !isFieldExpression(context, id)) return [];
		return field.targets.map(({ nodeId, input }) => ({
			node: nodeId,
			input,
			value,
			coerce: true,
			add: true,
		}));
	});
}

const takesText = ({ declared, value }: WorkflowField) =>
	declared ? declared.type === 'STRING' : typeof value === 'string';

/** Whether a field was filled by an expression; what it gives is meant, even when it is what was there. */
function isFieldExpression(context: IExecuteFunctions, id: string): boolean {
	const form: unknown = context.getNode().parameters.workflowInputs;
	const values = isRecord(form) && isRecord(form.value) ? form.value : {};
	const entered = Object.hasOwn(values, id) ? values[id] : undefined;
	return typeof entered === 'string' && entered.startsWith('=');
}

/** Methods behind `workflowProperties`, for the `methods` of a node. */
export const workflowMethods = {
	listSearch: { searchSavedWorkflows },
	resourceMapping: { workflowInputs },
};
