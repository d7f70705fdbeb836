import type {
	ILoadOptionsFunctions,
	ResourceMapperFields,
	FieldType,
	INodePropertyOptions,
	ResourceMapperField,
	IExecuteFunctions,
} from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { InvalidWorkflowError } from '../../client/core/errors';
import type { ApiWorkflow } from '../../client/core/ApiWorkflow';
import { findRoles } from '../../client/fields/workflowRoles';
import type { ObjectInfo } from '../../client/objectInfo/types';
import { listFields } from '../../client/fields/listFields';
import { tidy } from '../../client/core/text';
import { readWorkflow } from '../../client/workflow/parse';
import { familyOf, isReadyMade, modelParameter, readReadyMade, readTemplate } from './readyMade';
import { readSavedWorkflow } from './savedWorkflows';
import { askServer } from '../clients';
import type { NodeInput } from '../../client/objectInfo/inputs';
import type { WorkflowField } from '../../client/fields/WorkflowField';
import { BigInteger } from '../../client/core/json';
import { isRecord } from '../../client/core/guards';
import { isMissing, noValue } from './values';
import type { WrongEntries } from './WrongEntries';
import type { InputValue } from '../../client/workflow/setInputs';

/**
 * The fields of "Workflow Inputs": the inputs of the selected workflow. When the workflow is not known before the node
 * runs, or cannot be read, the form shows the reason instead.
 */
export async function workflowInputs(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
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
	const source = await selectedWorkflow(context, client);
	const hasRoleFields = context.getNode().typeVersion >= 1.1;
	if (!client.host.capabilities.catalogue) return fieldsByValues(source, client.host.name, hasRoleFields);
	const { convertOnServer } = await import('../../client/convertOnServer'); // large: loaded when it is used
	const options = { substituteNames: false };
	const catalogue = await client.objectInfo();
	const converted = await convertOnServer(client, readWorkflow(source), catalogue, options);
	const { prompt, markedInputs, objectInfo } = converted;
	const fields = listFields(prompt, objectInfo, markedInputs);
	return (hasRoleFields ? withoutRoles(fields, prompt, objectInfo) : fields).map(toFormField);
}

/** The form has what the fields for prompt, image and size do not set. */
function withoutRoles(
	fields: WorkflowField[],
	workflow: ApiWorkflow,
	objectInfo?: ObjectInfo,
): WorkflowField[] {
	const roles = Object.values(findRoles(workflow, objectInfo)).flatMap(({ targets }) => targets);
	const ids = new Set(roles.map(({ nodeId, input }) => `${nodeId}.${input}`));
	return fields.filter(({ targets }) => !targets.every(({ nodeId, input }) => ids.has(`${nodeId}.${input}`)));
}

/** Without `/object_info` the inputs and their types come from the values in the workflow. */
function fieldsByValues(
	source: unknown,
	host: string,
	hasRoleFields: boolean,
): ResourceMapperFields['fields'] {
	const { workflow } = readWorkflow(source);
	if (workflow) {
		const fields = listFields(workflow, {});
		return (hasRoleFields ? withoutRoles(fields, workflow) : fields).map(toFormField);
	}
	throw new InvalidWorkflowError(
		`${host} does not describe its nodes, so a workflow in editor format cannot be used.`,
		'Paste the workflow in API format: "Export (API)" in the Workflow menu of the ComfyUI editor.',
	);
}

/** The workflow, as far as it is known in the editor. @throws InvalidWorkflowError when it is not known before the node runs */
export async function selectedWorkflow(
	context: ILoadOptionsFunctions,
	client: ComfyUiClient,
): Promise<unknown> {
	const initial = context.getNode().typeVersion >= 1.1 ? 'textToImage' : 'json';
	const source = context.getCurrentNodeParameter('workflowSource') ?? initial;
	if (source === 'binary') {
		throw unknownBeforeRun('The workflow comes from a file');
	}
	if (source === 'server') {
		const path = context.getCurrentNodeParameter('savedWorkflow', { extractValue: true });
		if (isExpression(path)) throw unknownBeforeRun('An expression selects the saved workflow');
		return await readSavedWorkflow(client, path);
	}
	if (source === 'template') {
		const name = context.getCurrentNodeParameter('template', { extractValue: true });
		if (isExpression(name)) throw unknownBeforeRun('An expression selects the template');
		return await readTemplate(client, name);
	}
	if (isReadyMade(source)) {
		const model = context.getCurrentNodeParameter(modelParameter(source), { extractValue: true });
		if (isExpression(model)) throw unknownBeforeRun('An expression selects the model');
		const family = context.getCurrentNodeParameter('options.modelFamily') ?? 'auto';
		if (isExpression(family)) throw unknownBeforeRun('An expression selects the model family');
		const choice = { kind: source, model: String(model ?? ''), family: familyOf(family) };
		return await readReadyMade(client, choice);
	}
	const workflow = context.getCurrentNodeParameter('workflow');
	if (isExpression(workflow)) throw unknownBeforeRun('The workflow is an expression');
	if (String(workflow ?? '').trim() !== '') return workflow;
	throw new InvalidWorkflowError('Paste a workflow to see its inputs here.');
}

const isExpression = (value: unknown) => typeof value === 'string' && value.startsWith('=');

function unknownBeforeRun(reason: string): InvalidWorkflowError {
	return new InvalidWorkflowError(
		`${reason}, so its inputs are not known before the node runs.`,
		'Use "Inputs to Set" for the values to change.',
	);
}

function noticeOf(error: unknown): string {
	const { message, description } = error as { message: string; description?: string | null };
	return tidy([message, description].filter(Boolean).join(' '), 600);
}

/** The form field for an input of a workflow. Less important fields are hidden; users can add them. */
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

/** A seed above 2^53 is edited as text, which keeps all its digits. */
function typeOf(declared: NodeInput | undefined, value: unknown): FieldType {
	if (value instanceof BigInteger) return 'string';
	if (isComposite(value)) return 'object';
	if (!declared)
		return typeof value === 'number' || typeof value === 'boolean' ? (typeof value as FieldType) : 'string';
	// Any file can be uploaded, so the files on the server are not the only choices.
	if (declared.upload || declared.multiselect) return 'string';
	if (declared.choices && declared.choices.length > 0) return 'options';
	if (declared.type === 'INT' || declared.type === 'FLOAT') return 'number';
	return declared.type === 'BOOLEAN' ? 'boolean' : 'string';
}

/** The choices of the server, and the value of the workflow when it is not among them. */
function optionsOf(declared: NodeInput | undefined, value: unknown): INodePropertyOptions[] {
	const choices = (declared?.choices ?? []).filter((choice) => choice !== null);
	const options = choices.map((choice) => ({ name: String(choice), value: choice }));
	if (value === undefined || value === null || choices.some((choice) => choice === value)) return options;
	return [...options, { name: `${String(value)} (not on the server)`, value: value as string }];
}

function defaultOf(value: unknown): ResourceMapperField['defaultValue'] {
	if (value instanceof BigInteger) return value.digits;
	if (isComposite(value)) return JSON.stringify(value);
	if (typeof value === 'number') return roundedNumber(value);
	return value === undefined ? null : (value as string | boolean | null);
}

/** A number without the error that adding steps leaves in files of the editor: 0.87 for 0.8700000000000001. */
function roundedNumber(value: number): number {
	const near = Number(value.toPrecision(12));
	return String(near).length < 12 ? near : value;
}

const isComposite = (value: unknown) =>
	Array.isArray(value) || (isRecord(value) && !(value instanceof BigInteger));

/** The values of the form for one item: field ID and value. A field without a value is left out, an expression never is. */
export function formEntries(context: IExecuteFunctions, itemIndex: number): Array<[string, unknown]> {
	const form: unknown = context.getNodeParameter('workflowInputs', itemIndex, {});
	const values = isRecord(form) && isRecord(form.value) ? form.value : {};
	return Object.entries(values).filter(([id, value]) => !isMissing(value) || isFieldExpression(context, id));
}

/**
 * The values of the form that differ from the workflow. A field that equals the value of the workflow sets nothing, so
 * that the parameter "Seed" still applies to an unchanged seed.
 * @param wrong gets an error for each expression that gives no value: the workflow's own value must not take its place
 */
export function formValues(
	context: IExecuteFunctions,
	itemIndex: number,
	entries: Array<[string, unknown]>,
	fields: readonly WorkflowField[],
	wrong: WrongEntries,
): InputValue[] {
	const known = new Map(fields.map((field) => [field.id, field]));
	const read = ([id, value]: [string, unknown]): InputValue[] => {
		const field = known.get(id);
		const isExpression = isFieldExpression(context, id);
		if (isMissing(value)) throw noValue(field?.label ?? id, itemIndex);
		// The workflow has changed, or is an expression: use the ID as the address of an input.
		if (!field) return [{ node: id, input: '', value, coerce: true }];
		if (value === '' && !takesText(field)) {
			if (isExpression) throw noValue(field.label, itemIndex);
			return [];
		}
		if (!isExpression && isUnchanged(value, field.value)) return [];
		return field.targets.map(({ nodeId, input }) => ({
			node: nodeId,
			input,
			value,
			coerce: true,
			add: true,
		}));
	};
	return entries.flatMap((entry) => wrong.attempt(() => read(entry)).flat());
}

/** Whether a field still has the value of the workflow; the form shows numbers rounded. */
function isUnchanged(value: unknown, original: unknown): boolean {
	const shown = typeof original === 'number' ? roundedNumber(original) : original;
	return [String(original), String(shown)].includes(String(value));
}

const takesText = ({ declared, value }: WorkflowField) =>
	declared ? declared.type === 'STRING' : typeof value === 'string';

/** Whether the value of a field is an expression. Its result is set even when it equals the value of the workflow. */
function isFieldExpression(context: IExecuteFunctions, id: string): boolean {
	const form: unknown = context.getNode().parameters.workflowInputs;
	const values = isRecord(form) && isRecord(form.value) ? form.value : {};
	const entered = Object.hasOwn(values, id) ? values[id] : undefined;
	return typeof entered === 'string' && entered.startsWith('=');
}
