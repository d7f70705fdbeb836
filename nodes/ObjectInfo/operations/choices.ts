import type { IDataObject } from 'n8n-workflow';
import { inputWithChoices } from '../../client/objectInfo/choices';
import type { Question } from '../OperationContext';

/** One row for each choice of one input, in the order of the server. */
export async function getChoices(question: Question): Promise<IDataObject[]> {
	const nodeType = question.chosen('nodeType', 'Node Type');
	const name = question.chosen('input', 'Input');
	const input = inputWithChoices(nodeType, await question.definition(nodeType), name);
	return question
		.limited(input.choices)
		.map((choice) => ({ choice, isDefault: choice === input.default, nodeType, input: name }));
}
