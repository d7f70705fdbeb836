import type { IExecuteFunctions } from 'n8n-workflow';
import type { InputValue } from '../../client/workflow/setInputs';
import { typedValue, type ValueType } from './values';

interface InputRow {
	node: string;
	input?: string;
	type?: ValueType | 'auto';
	value: unknown;
}

/** The rows of "Inputs to Set". @throws InvalidInputError for a value that is not of the type it is said to be */
export function listedValues(context: IExecuteFunctions, itemIndex: number): InputValue[] {
	const rows = context.getNodeParameter('inputs.values', itemIndex, []) as InputRow[];
	return rows.map(({ node, input = '', type = 'auto', value }) => {
		if (type === 'auto') return { node, input, value, coerce: true };
		return { node, input, value: typedValue(type, value, String(input).trim() || String(node)) };
	});
}
