import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { credentialTests, nodeIcon } from '../shared/descriptions';
import { hostCredentials } from '../shared/hosts/properties';
import { lazy } from '../shared/lazy';
import { workflowMethods } from '../shared/workflow/methods';
import { properties } from './properties';

/** Looks after a ComfyUI server: its queue, jobs, memory, models, files, saved workflows, templates and users. */
export class ComfyUiServer implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI Server',
		name: 'comfyUiServer',
		icon: nodeIcon('server'),
		group: ['transform'],
		version: 1,
		subtitle:
			'={{ [$parameter["operation"], $parameter["resource"]].map((name) => name.replace(/([A-Z])/g, " $1").replace(/^./, (first) => first.toUpperCase())).join(": ") }}',
		description:
			'Looks after a ComfyUI server: queue, jobs, memory, models, files, saved workflows, templates and users',
		defaults: { name: 'ComfyUI Server' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: hostCredentials(),
		usableAsTool: true,
		properties,
	};

	methods = {
		credentialTest: credentialTests,
		listSearch: {
			...workflowMethods.listSearch,
			searchJobs: lazy(async () => (await import('./listSearch')).searchJobs),
			searchModelFiles: lazy(async () => (await import('./listSearch')).searchModelFiles),
			searchModelFolders: lazy(async () => (await import('./listSearch')).searchModelFolders),
			searchPendingJobs: lazy(async () => (await import('./listSearch')).searchPendingJobs),
			searchServers: lazy(async () => (await import('./listSearch')).searchServers),
			searchFiles: lazy(async () => (await import('./listSearch')).searchFiles),
		},
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { runOperations } = await import('./runOperations');
		const { strictParameters } = await import('../shared/parameters');
		return await runOperations(strictParameters(this, properties));
	}
}
