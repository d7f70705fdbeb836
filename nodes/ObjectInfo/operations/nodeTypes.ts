import type { IDataObject } from 'n8n-workflow';
import {
	describeNode as describe,
	listNodeTypes as list,
	type NodeTypeFilter,
} from '../../client/objectInfo/nodeTypes';
import type { OperationContext } from '../OperationContext';
import { inputWithChoices } from '../../client/objectInfo/choices';

/** One row for each node type that fits the filters. */
export async function listNodeTypes(question: OperationContext): Promise<IDataObject[]> {
	const filters = question.parameter('filters', {}) as NodeTypeFilter;
	const rows = list(await question.objectInfo(), filters);
	return question.limited(rows).map((row) => ({ ...row }));
}

/** All about one node type. */
export async function describeNode(question: OperationContext): Promise<IDataObject[]> {
	const nodeType = question.chosen('nodeType', 'Node Type');
	return [describe(nodeType, await question.definition(nodeType)) as unknown as IDataObject];
}

/** One row for each choice of one input, in the order of the server. */
export async function getChoices(question: OperationContext): Promise<IDataObject[]> {
	const nodeType = question.chosen('nodeType', 'Node Type');
	const name = question.chosen('input', 'Input');
	const input = inputWithChoices(nodeType, await question.definition(nodeType), name);
	return question
		.limited(input.choices)
		.map((choice) => ({ choice, isDefault: choice === input.default, nodeType, input: name }));
}
