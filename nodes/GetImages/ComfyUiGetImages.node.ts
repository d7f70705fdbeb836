import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { credentialTests, nodeIcon } from '../shared/descriptions';
import { properties } from './properties';
import { hostCredentials } from '../shared/hosts/properties';

/** Downloads the files that ComfyUI jobs created, of every kind, into the binary store of n8n. */
export class ComfyUiGetImages implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI Get Images',
		name: 'comfyUiGetImages',
		icon: nodeIcon('get-images'),
		group: ['transform'],
		// 1.1: files with a download link; `comfyUiFile` and `comfyUiUrl` in place of `filename`, `subfolder` and `url`.
		version: [1, 1.1],
		defaultVersion: 1.1,
		subtitle: '={{ $parameter["source"] === "promptId" ? "Files of a job" : "Files of a list" }}',
		description: 'Downloads the images, videos, audio and other files that a ComfyUI job created',
		defaults: { name: 'ComfyUI Get Images' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: hostCredentials(),
		usableAsTool: true,
		properties,
	};

	methods = { credentialTest: credentialTests };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { forEachItem } = await import('../shared/items');
		const { strictParameters } = await import('../shared/parameters');
		const context = strictParameters(this, properties);
		const { ExecutionHints } = await import('../shared/ExecutionHints');
		const { getFiles } = await import('./getFiles');
		const hints = new ExecutionHints();
		return await forEachItem(
			context,
			async (itemIndex, clients, { signal }) =>
				await getFiles(context, itemIndex, clients, hints, { signal }),
			{ hints, finish: async () => hints.show(context) },
		);
	}
}
