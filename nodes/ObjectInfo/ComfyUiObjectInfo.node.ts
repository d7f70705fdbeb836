import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { credentialTests, icon } from '../shared/descriptions';
import { forEachItem } from '../shared/items';
import { searchSavedWorkflows } from '../shared/workflow/savedWorkflows';
import { WorkflowSources } from '../shared/workflow/WorkflowSources';
import { searchFolders, searchInputs, searchNodeTypes } from './listSearch';
import { operations, type Operation } from './operations';
import { hosts, properties } from './properties';
import { OperationContext, RequestCache } from './OperationContext';
import { services } from './services';
import { hostCredentials } from '../shared/hosts/hostKinds';

/**
 * Reads what a ComfyUI server offers and checks workflows against it; reads what services store besides jobs.
 */
export class ComfyUiObjectInfo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI Object Info',
		name: 'comfyUiObjectInfo',
		icon,
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ $parameter["operation"].replace(/([A-Z])/g, " $1").replace(/^./, (first) => first.toUpperCase()) }}',
		description:
			'Look up what a ComfyUI server offers (node types, models, samplers, GPU) and check whether it can run a workflow',
		defaults: { name: 'ComfyUI Object Info' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: hostCredentials(hosts),
		usableAsTool: true,
		properties,
	};

	methods = {
		credentialTest: credentialTests,
		listSearch: { searchFolders, searchInputs, searchNodeTypes, searchSavedWorkflows },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const requestCache = new RequestCache();
		const sources = new WorkflowSources(this);
		return await forEachItem(this, async (itemIndex, clients, { signal }) => {
			const client = await clients.for(itemIndex);
			const operation = this.getNodeParameter('operation', itemIndex) as string;
			const source = { execution: this, itemIndex, client, requestCache, sources, signal };
			const context = new OperationContext(source);
			if (Object.hasOwn(services, operation)) return await services[operation](context);
			const rows = await operations[operation as Operation](context);
			return rows.map((json) => ({ json, pairedItem: { item: itemIndex } }));
		});
	}
}
