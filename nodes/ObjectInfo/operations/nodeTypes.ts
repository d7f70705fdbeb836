import type { IDataObject } from 'n8n-workflow';
import { describeNode as describe } from '../../client/objectInfo/nodeTypes';
import { listNodeTypes as list, type NodeTypeFilter } from '../../client/catalogue/list';
import type { Question } from '../OperationContext';

/** One row for each node type that fits the filters. */
export async function listNodeTypes(question: Question): Promise<IDataObject[]> {
	const filters = question.parameter('filters', {}) as NodeTypeFilter;
	const rows = list(await question.objectInfo(), filters);
	return question.limited(rows).map((row) => ({ ...row }));
}

/** All about one node type. */
export async function describeNode(question: Question): Promise<IDataObject[]> {
	const nodeType = question.chosen('nodeType', 'Node Type');
	return [describe(nodeType, await question.definition(nodeType)) as unknown as IDataObject];
}
