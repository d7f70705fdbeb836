import type { IDataObject } from 'n8n-workflow';
import {
	describeNode as describe,
	listNodeTypes as list,
	type NodeTypeFilter,
} from '../../client/objectInfo/nodeTypes';
import type { OperationContext } from '../../shared/operations/OperationContext';
import { serversOf, whoHas } from './whoHas';
import { inputWithChoices } from '../../client/objectInfo/choices';

/** One row for each node type that matches the filters. */
export async function listNodeTypes(operation: OperationContext): Promise<IDataObject[]> {
	const filters = operation.parameter('filters', {}) as NodeTypeFilter;
	const rows = list(await operation.objectInfo(), filters);
	return operation.limited(rows).map((row) => ({ ...row }));
}

/** The details of one node type. */
export async function describeNode(operation: OperationContext): Promise<IDataObject[]> {
	const nodeType = operation.chosen('nodeType', 'Node Type');
	return [describe(nodeType, await operation.definition(nodeType)) as unknown as IDataObject];
}

/** One row for each choice of one input, in the order of the server. */
export async function getChoices(operation: OperationContext): Promise<IDataObject[]> {
	const nodeType = operation.chosen('nodeType', 'Node Type');
	const name = operation.chosen('input', 'Input');
	const input = inputWithChoices(nodeType, await operation.definition(nodeType), name);
	const having = await whoHas(operation, { nodeType, input: name });
	return operation.limited(input.choices).map((choice) => ({
		choice,
		isDefault: choice === input.default,
		nodeType,
		input: name,
		...serversOf(having, choice),
	}));
}
