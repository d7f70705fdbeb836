import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { credentialTests, nodeIcon } from '../shared/descriptions';
import { hostCredentials } from '../shared/hosts/properties';
import { lazy } from '../shared/lazy';
import { workflowMethods } from '../shared/workflow/methods';
import { hosts } from './operationProperties';
import { properties } from './properties';

/** Reports what a ComfyUI server offers and whether it can run a workflow. Version 1 also manages what services store. */
export class ComfyUiObjectInfo implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI Object Info',
		name: 'comfyUiObjectInfo',
		icon: nodeIcon('object-info'),
		group: ['transform'],
		version: [1, 1.1],
		defaultVersion: 1.1,
		subtitle:
			'={{ $parameter["operation"].replace(/([A-Z])/g, " $1").replace(/^./, (first) => first.toUpperCase()) }}',
		description:
			'Gets what a ComfyUI server offers (node types, models, samplers, GPUs) and checks whether it can run a workflow',
		defaults: { name: 'ComfyUI Object Info' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: hostCredentials(hosts),
		usableAsTool: true,
		properties,
	};

	methods = {
		credentialTest: credentialTests,
		listSearch: {
			...workflowMethods.listSearch,
			searchFolders: lazy(async () => (await import('./listSearch')).searchFolders),
			searchInputs: lazy(async () => (await import('./listSearch')).searchInputs),
			searchNodeTypes: lazy(async () => (await import('./listSearch')).searchNodeTypes),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { runOperations } = await import('./runOperations');
		const { strictParameters } = await import('../shared/parameters');
		return await runOperations(strictParameters(this, properties));
	}
}
