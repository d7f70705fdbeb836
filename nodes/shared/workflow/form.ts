import type {
	ILoadOptionsFunctions,
	ResourceMapperFields,
	FieldType,
	INodePropertyOptions,
	ResourceMapperField,
	IExecuteFunctions,
} from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import type { ApiWorkflow } from '../../client/core/ApiWorkflow';
import { InvalidInputError, InvalidWorkflowError } from '../../client/core/errors';
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
import { applySeeds, type SeedUse } from '../../client/workflow/seeds';
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
	return toFormFields(prompt, hasRoleFields ? withoutRoles(fields, prompt, objectInfo) : fields);
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
		return toFormFields(workflow, hasRoleFields ? withoutRoles(fields, workflow) : fields);
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

function toFormFields(workflow: ApiWorkflow, fields: WorkflowField[]): ResourceMapperField[] {
	const seeds = seedIds(applySeeds(workflow, 'keep').seeds);
	return fields.map((field) => toFormField(field, isSeed(field, seeds)));
}

/** IDs of the inputs that the parameter "Seed" sets. */
export const seedIds = (seeds: readonly SeedUse[]): ReadonlySet<string> =>
	new Set(seeds.map(({ nodeId, input }) => `${nodeId}.${input}`));

const isSeed = ({ targets }: WorkflowField, seeds: ReadonlySet<string>) =>
	targets.some(({ nodeId, input }) => seeds.has(`${nodeId}.${input}`));

/**
 * The form field for an input of a workflow. Less important fields are hidden; users can add them. A seed has no value in
 * the form, because the parameter "Seed" decides which one is used; a seed that a person enters overrides it.
 */
function toFormField(
	{ id, label, declared, value, important }: WorkflowField,
	forSeed: boolean,
): ResourceMapperField {
	const type = typeOf(declared, value);
	return {
		id,
		displayName: declared?.upload
			? `${label} (binary field or URL)`
			: forSeed
				? `${label} (override)`
				: label,
		required: false,
		display: true,
		defaultMatch: false,
		canBeUsedToMatch: false,
		type,
		removed: !important,
		...(type === 'options' && { options: optionsOf(declared, value) }),
		defaultValue: forSeed ? null : defaultOf(value),
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

/** The value of a field of the form for one item. */
interface FormEntry {
	/** ID of the field. */
	id: string;
	value: unknown;
	/** An expression is set even when it gives the value of the workflow. */
	isExpression: boolean;
	/** What the editor filled in when it made the form. */
	initialValue: unknown;
}

/**
 * The values of the form for one item. The editor removes a field without a value, so a value that is missing comes from
 * an expression.
 */
export function formEntries(context: IExecuteFunctions, itemIndex: number): FormEntry[] {
	const read = (options?: { rawExpressions: boolean }): unknown =>
		context.getNodeParameter('workflowInputs', itemIndex, {}, options);
	const form = read();
	const entered = membersOf(read({ rawExpressions: true }), 'value');
	const schema = isRecord(form) && Array.isArray(form.schema) ? form.schema.filter(isRecord) : [];
	const initialValues = new Map(schema.map(({ id, defaultValue }) => [id, defaultValue]));
	return Object.entries(membersOf(form, 'value'))
		.map(([id, value]) => ({
			id,
			value,
			isExpression: Object.hasOwn(entered, id) && isExpression(entered[id]),
			initialValue: initialValues.get(id),
		}))
		.filter(({ value, isExpression: given }) => given || !isMissing(value));
}

function membersOf(form: unknown, name: string): Record<string, unknown> {
	return isRecord(form) && isRecord(form[name]) ? form[name] : {};
}

/**
 * The values of the form that differ from the workflow. A field that equals the value of the workflow sets nothing. A
 * seed that a person entered is always set; the editor filled in the seed of the workflow in forms of older releases.
 * @param seeds IDs of the inputs that the parameter "Seed" sets
 * @param wrong gets an error for each expression that gives no value, and for each emptied field that takes no text: the
 * workflow's own value must not take its place
 */
export function formValues(
	itemIndex: number,
	entries: FormEntry[],
	fields: readonly WorkflowField[],
	seeds: ReadonlySet<string>,
	wrong: WrongEntries,
): InputValue[] {
	const known = new Map(fields.map((field) => [field.id, field]));
	const read = ({ id, value, isExpression: given, initialValue }: FormEntry): InputValue[] => {
		const field = known.get(id);
		if (isMissing(value)) throw noValue(field?.label ?? id, itemIndex);
		// The workflow has changed, or is an expression: use the ID as the address of an input.
		if (!field) return [{ node: id, input: '', value, coerce: true }];
		const forSeed = isSeed(field, seeds);
		const original = forSeed ? initialValue : field.value;
		if (!given && isUnchanged(value, original)) return [];
		if (value === '' && !takesText(field)) {
			if (forSeed && !given) return []; // a seed without a value is how the form begins
			throw given ? noValue(field.label, itemIndex) : emptiedField(field.label, itemIndex);
		}
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

function emptiedField(label: string, itemIndex: number): InvalidInputError {
	return new InvalidInputError(
		`"${label}" is empty for item ${itemIndex}.`,
		'Enter a value. To keep the value of the workflow, remove the field from the form.',
	);
}

/** Whether a field still has the value of the workflow; the form shows numbers rounded. */
function isUnchanged(value: unknown, original: unknown): boolean {
	if (isMissing(original)) return false;
	const shown = typeof original === 'number' ? roundedNumber(original) : original;
	return [String(original), String(shown)].includes(String(value));
}

const takesText = ({ declared, value }: WorkflowField) =>
	declared ? declared.type === 'STRING' : typeof value === 'string';
