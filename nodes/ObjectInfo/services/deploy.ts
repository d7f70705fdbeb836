import type { IDataObject } from 'n8n-workflow';
import { InvalidWorkflowError } from '../../client/core/errors';
import { stringifyExactly } from '../../client/core/json';
import { readWorkflow } from '../../client/workflow/parse';
import type { OperationContext } from '../OperationContext';
import { memberOf, type Row } from './Row';
import { jsonObject } from '../../shared/workflow/values';

const workflowsOf = ({ client }: OperationContext) => memberOf(client.host, 'workflows', 'ComfyUI Deploy');

/** Hands a workflow over to be kept, and says where. */
export async function uploadWorkflow(question: OperationContext): Promise<Row[]> {
	const { uiWorkflow: workflow } = readWorkflow(question.parameter('editorWorkflow'));
	if (!workflow) {
		throw new InvalidWorkflowError(
			'"Workflow (Editor Format)" is not in the format of the editor.',
			'Put in what "Save" or "Export" of the ComfyUI editor gives.',
		);
	}
	const { workflow: workflowApi } = readWorkflow(question.parameter('apiWorkflow'));
	if (!workflowApi) {
		throw new InvalidWorkflowError(
			'"Workflow (API Format)" is not in API format.',
			'Put in what "Export (API)" of the ComfyUI editor gives.',
		);
	}
	const isNew = question.parameter('saveAs') === 'new';
	const name = isNew ? question.chosen('workflowName', 'Workflow Name') : undefined;
	const workflowId = isNew ? undefined : question.chosen('workflowId', 'Workflow ID');
	const snapshot = jsonObject(question.parameter('snapshot'), 'Snapshot');
	const upload = { name, workflowId, workflow, workflowApi, snapshot };
	const { version = null, ...kept } = await workflowsOf(question).upload(upload, { signal: question.signal });
	return [{ json: { ...kept, version } }];
}

/** A version of a workflow; the API format also as text, with all digits of its seeds. */
export async function getWorkflowVersion(question: OperationContext): Promise<Row[]> {
	const id = question.chosen('versionId', 'Workflow Version ID');
	const { workflow, workflowApi, snapshot, createdAt, updatedAt, ...facts } = await workflowsOf(
		question,
	).version(id, { signal: question.signal });
	const json = {
		...facts,
		createdAt: createdAt ?? null,
		updatedAt: updatedAt ?? null,
		workflow: workflow ?? null,
		workflowApi: workflowApi ?? null,
		text: workflowApi ? stringifyExactly(workflowApi) : null,
		snapshot: snapshot ?? null,
	};
	return [{ json: JSON.parse(JSON.stringify(json)) as IDataObject }]; // long integers become text
}
