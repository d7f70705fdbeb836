import type { IDataObject } from 'n8n-workflow';
import { toApiFormat } from '../../client/convert/toApiFormat';
import { listFields } from '../../client/fields/listFields';
import { stringifyExactly } from '../../client/core/json';
import { titleOf } from '../../client/core/ApiWorkflow';
import type { OperationContext } from '../OperationContext';

/** One row for each input of a workflow that can be set, in the order of the form. */
export async function listWorkflowInputs(operation: OperationContext): Promise<IDataObject[]> {
	const { workflow, uiWorkflow } = await operation.workflow();
	const objectInfo = await operation.objectInfo();
	const { prompt, markedInputs } = toApiFormat(workflow ?? uiWorkflow, objectInfo, {
		substituteNames: false,
	});
	const fields = listFields(prompt, objectInfo, markedInputs);
	return operation.limited(fields).map(({ id, label, targets, declared, value, marked, important }) => {
		const [{ nodeId, input }] = targets;
		const row = {
			id,
			label,
			nodeId,
			nodeTitle: titleOf(prompt, nodeId),
			nodeType: prompt[nodeId].class_type,
			input,
			type: declared?.type ?? typeof value,
			value: value ?? null,
			choices: declared?.choices ?? [],
			marked,
			important,
		};
		return JSON.parse(JSON.stringify(row)) as IDataObject; // 64-bit integers become text
	});
}

/** A workflow in API format: as an object, as text with all digits of its seeds, and the warnings of the conversion. */
export async function convertWorkflow(operation: OperationContext): Promise<IDataObject[]> {
	const { workflow, uiWorkflow } = await operation.workflow();
	const { prompt, warnings } = toApiFormat(workflow ?? uiWorkflow, await operation.objectInfo());
	return [
		{
			workflow: JSON.parse(JSON.stringify(prompt)) as IDataObject,
			text: stringifyExactly(prompt),
			nodeCount: Object.keys(prompt).length,
			warnings: warnings.map(({ text }) => text),
		},
	];
}
