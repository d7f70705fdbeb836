import type { ILoadOptionsFunctions, ResourceMapperFields } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { toApiFormat } from '../../client/convert/toApiFormat';
import { InvalidWorkflowError } from '../../client/core/errors';
import { listFields } from '../../client/fields/listFields';
import { tidy } from '../../client/core/text';
import { readWorkflow } from '../../client/workflow/parse';
import { askServer } from '../lists';
import { toFormField } from './formField';
import { readSavedWorkflow } from './savedWorkflows';

/**
 * The fields of "Workflow Inputs": the inputs of the workflow that is chosen. Where that is not known before
 * the node runs, or cannot be read, the place of the form says why.
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
	const source = await chosenWorkflow(context, client);
	if (!client.host.capabilities.catalogue) return fieldsByValues(source, client.host.name);
	const objectInfo = await client.objectInfo();
	const { prompt, marks } = toApiFormat(source, objectInfo, { substituteNames: false });
	return listFields(prompt, objectInfo, marks).map(toFormField);
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
