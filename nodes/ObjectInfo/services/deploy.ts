import type { IDataObject } from 'n8n-workflow';
import { InvalidWorkflowError } from '../../client/core/errors';
import { ComfyDeploy } from '../../client/hosts/comfyDeploy/ComfyDeploy';
import { stringifyExactly } from '../../client/core/json';
import { readWorkflow } from '../../client/workflow/parse';
import { only, type OperationContext, type Row } from '../OperationContext';
import { jsonObject } from '../../shared/workflow/values';

const workflowsOf = ({ client }: OperationContext) =>
	only(client.host, ComfyDeploy, 'ComfyUI Deploy').workflows;

/** Uploads a workflow, and returns where it is stored. */
export async function uploadWorkflow(context: OperationContext): Promise<Row[]> {
	const { uiWorkflow: workflow } = readWorkflow(context.parameter('editorWorkflow'));
	if (!workflow) {
		throw new InvalidWorkflowError(
			'"Workflow (Editor Format)" is not in the format of the editor.',
			'Put in what "Save" or "Export" of the ComfyUI editor gives.',
		);
	}
	const { workflow: workflowApi } = readWorkflow(context.parameter('apiWorkflow'));
	if (!workflowApi) {
		throw new InvalidWorkflowError(
			'"Workflow (API Format)" is not in API format.',
			'Put in what "Export (API)" of the ComfyUI editor gives.',
		);
	}
	const isNew = context.parameter('saveAs') === 'new';
	const name = isNew ? context.chosen('workflowName', 'Workflow Name') : undefined;
	const workflowId = isNew ? undefined : context.chosen('workflowId', 'Workflow ID');
	const snapshot = jsonObject(context.parameter('snapshot'), 'Snapshot');
	const upload = { name, workflowId, workflow, workflowApi, snapshot };
	const { version = null, ...kept } = await workflowsOf(context).upload(upload, { signal: context.signal });
	return [{ json: { ...kept, version } }];
}

/** A version of a workflow; the API format also as text, with all digits of its seeds. */
export async function getWorkflowVersion(context: OperationContext): Promise<Row[]> {
	const id = context.chosen('versionId', 'Workflow Version ID');
	const { workflow, workflowApi, snapshot, createdAt, updatedAt, ...facts } = await workflowsOf(
		context,
	).version(id, { signal: context.signal });
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
