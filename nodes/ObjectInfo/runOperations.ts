import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { forEachItem } from '../shared/items';
import { assertExpressionsGiven } from '../shared/parameters';
import { WorkflowSources } from '../shared/workflow/WorkflowSources';
import { OperationContext, RequestCache } from '../shared/operations/OperationContext';
import { operations, type Operation } from './operations';
import { services } from '../shared/operations/services';

/** Runs the operation of each item. Requests and workflows that several items share are made and read once. */
export async function runOperations(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const cache = new RequestCache();
	const sources = new WorkflowSources(context);
	return await forEachItem(context, async (itemIndex, clients, { signal }) => {
		assertExpressionsGiven(context, itemIndex);
		const client = await clients.for(itemIndex);
		const name = context.getNodeParameter('operation', itemIndex) as string;
		const operation = new OperationContext({ context, itemIndex, client, cache, sources, signal });
		if (Object.hasOwn(services, name)) return await services[name](operation);
		const rows = await operations[name as Operation](operation);
		return rows.map((json) => ({ json }));
	});
}
