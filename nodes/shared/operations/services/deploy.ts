import type { IDataObject } from 'n8n-workflow';
import { InvalidWorkflowError } from '../../../client/core/errors';
import { stringifyExactly } from '../../../client/core/json';
import { readWorkflow } from '../../../client/workflow/parse';
import type { OperationContext } from '../OperationContext';
import { memberOf, type Row } from './Row';
import { jsonObject } from '../../workflow/values';

const workflowsOf = ({ client }: OperationContext) => memberOf(client.host, 'workflows', 'ComfyUI Deploy');

/** Stores a workflow, as a new one or as a new version. */
export async function uploadWorkflow(operation: OperationContext): Promise<Row[]> {
	const { uiWorkflow: workflow } = readWorkflow(operation.parameter('editorWorkflow'));
	if (!workflow) {
		throw new InvalidWorkflowError(
			'"Workflow (Editor Format)" is not in editor format.',
			'Enter the workflow that the ComfyUI editor saves with "Save" or "Export".',
		);
	}
	const { workflow: workflowApi } = readWorkflow(operation.parameter('apiWorkflow'));
	if (!workflowApi) {
		throw new InvalidWorkflowError(
			'"Workflow (API Format)" is not in API format.',
			'Enter the workflow that the ComfyUI editor exports with "Export (API)".',
		);
	}
	const isNew = operation.parameter('saveAs') === 'new';
	const name = isNew ? operation.chosen('workflowName', 'Workflow Name') : undefined;
	const workflowId = isNew ? undefined : operation.chosen('workflowId', 'Workflow ID');
	const snapshot = jsonObject(operation.parameter('snapshot'), 'Snapshot');
	const upload = { name, workflowId, workflow, workflowApi, snapshot };
	const { version = null, ...kept } = await workflowsOf(operation).upload(upload, {
		signal: operation.signal,
	});
	return [{ json: { ...kept, version } }];
}

/** A version of a workflow. The API format is also returned as text, with all digits of its seeds. */
export async function getWorkflowVersion(operation: OperationContext): Promise<Row[]> {
	const id = operation.chosen('versionId', 'Workflow Version ID');
	const { workflow, workflowApi, snapshot, createdAt, updatedAt, ...facts } = await workflowsOf(
		operation,
	).version(id, { signal: operation.signal });
	const json = {
		...facts,
		createdAt: createdAt ?? null,
		updatedAt: updatedAt ?? null,
		workflow: workflow ?? null,
		workflowApi: workflowApi ?? null,
		text: workflowApi ? stringifyExactly(workflowApi) : null,
		snapshot: snapshot ?? null,
	};
	return [{ json: JSON.parse(JSON.stringify(json)) as IDataObject }]; // 64-bit integers become text
}
