import type { IDataObject } from 'n8n-workflow';
import { convertOnServer } from '../../client/convertOnServer';
import { listFields } from '../../client/fields/listFields';
import { stringifyExactly } from '../../client/core/json';
import { titleOf } from '../../client/core/ApiWorkflow';
import type { OperationContext } from '../../shared/operations/OperationContext';

/** One row for each input of a workflow that can be set, in the order of the form. */
export async function listWorkflowInputs(operation: OperationContext): Promise<IDataObject[]> {
	const { workflow, uiWorkflow } = await operation.workflow();
	const found = workflow ? { workflow } : { uiWorkflow };
	const { client, signal } = operation;
	const options = { substituteNames: false };
	const catalogue = await operation.objectInfo();
	const converted = await convertOnServer(client, found, catalogue, options, { signal });
	const { prompt, markedInputs, objectInfo } = converted;
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
	const found = workflow ? { workflow } : { uiWorkflow };
	const { client, signal } = operation;
	const objectInfo = await operation.objectInfo();
	const { prompt, warnings } = await convertOnServer(client, found, objectInfo, {}, { signal });
	return [
		{
			workflow: JSON.parse(JSON.stringify(prompt)) as IDataObject,
			text: stringifyExactly(prompt),
			nodeCount: Object.keys(prompt).length,
			warnings: warnings.map(({ text }) => text),
		},
	];
}
