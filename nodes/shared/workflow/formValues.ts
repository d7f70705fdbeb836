import type { IExecuteFunctions } from 'n8n-workflow';
import type { WorkflowField } from '../../client/fields/WorkflowField';
import type { InputValue } from '../../client/workflow/setInputs';
import { isRecord } from '../../client/core/guards';

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
		if (String(value) === String(field.value) && !isExpression(context, id)) return [];
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
function isExpression(context: IExecuteFunctions, id: string): boolean {
	const form: unknown = context.getNode().parameters.workflowInputs;
	const values = isRecord(form) && isRecord(form.value) ? form.value : {};
	const entered = Object.hasOwn(values, id) ? values[id] : undefined;
	return typeof entered === 'string' && entered.startsWith('=');
}
