import type { IDataObject } from 'n8n-workflow';
import {
	describeNode as describe,
	listNodeTypes as list,
	type NodeTypeFilter,
} from '../../client/objectInfo/nodeTypes';
import type { OperationContext } from '../OperationContext';
import { inputWithChoices } from '../../client/objectInfo/choices';

/** One row for each node type that fits the filters. */
export async function listNodeTypes(context: OperationContext): Promise<IDataObject[]> {
	const filters = context.parameter('filters', {}) as NodeTypeFilter;
	const rows = list(await context.objectInfo(), filters);
	return context.limited(rows).map((row) => ({ ...row }));
}

/** All about one node type. */
export async function describeNode(context: OperationContext): Promise<IDataObject[]> {
	const nodeType = context.chosen('nodeType', 'Node Type');
	return [describe(nodeType, await context.definition(nodeType)) as unknown as IDataObject];
}

/** One row for each choice of one input, in the order of the server. */
export async function getChoices(context: OperationContext): Promise<IDataObject[]> {
	const nodeType = context.chosen('nodeType', 'Node Type');
	const name = context.chosen('input', 'Input');
	const input = inputWithChoices(nodeType, await context.definition(nodeType), name);
	return context
		.limited(input.choices)
		.map((choice) => ({ choice, isDefault: choice === input.default, nodeType, input: name }));
}
