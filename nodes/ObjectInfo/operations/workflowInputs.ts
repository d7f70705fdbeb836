import type { IDataObject } from 'n8n-workflow';
import { toApiFormat } from '../../client/convert/toApiFormat';
import { listFields } from '../../client/fields/listFields';
import { stringifyExactly } from '../../client/core/json';
import { titleOf } from '../../client/core/ApiWorkflow';
import type { OperationContext } from '../OperationContext';

/** One row for each input of a workflow that can be set, in the order of the form. */
export async function listWorkflowInputs(context: OperationContext): Promise<IDataObject[]> {
	const { workflow, uiWorkflow } = await context.workflow();
	const objectInfo = await context.objectInfo();
	const { prompt, marks } = toApiFormat(workflow ?? uiWorkflow, objectInfo, { substituteNames: false });
	const fields = listFields(prompt, objectInfo, marks);
	return context.limited(fields).map(({ id, label, targets, declared, value, marked, important }) => {
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
		return JSON.parse(JSON.stringify(row)) as IDataObject; // long integers become text
	});
}

/** A workflow in API format, as text with all digits of its seeds and as an object, with the warnings of the conversion. */
export async function convertWorkflow(context: OperationContext): Promise<IDataObject[]> {
	const { workflow, uiWorkflow } = await context.workflow();
	const { prompt, warnings } = toApiFormat(workflow ?? uiWorkflow, await context.objectInfo());
	return [
		{
			workflow: JSON.parse(JSON.stringify(prompt)) as IDataObject,
			text: stringifyExactly(prompt),
			nodeCount: Object.keys(prompt).length,
			warnings: warnings.map(({ text }) => text),
		},
	];
}
