import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { credentialTests, icon } from '../shared/descriptions';
import { forEachItem } from '../shared/items';
import { getFiles } from './getFiles';
import { ExecutionHints } from '../shared/ExecutionHints';
import { properties } from './properties';
import { hostCredentials } from '../shared/hosts/hostKinds';

/** Fetches the files that ComfyUI jobs made, of every kind, and puts them into n8n's binary store. */
export class ComfyUiGetImages implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI Get Images',
		name: 'comfyUiGetImages',
		icon,
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["source"] === "promptId" ? "Files of a job" : "Files of a list" }}',
		description: 'Downloads the images, videos, audio and other files that a ComfyUI job made',
		defaults: { name: 'ComfyUI Get Images' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: hostCredentials(),
		usableAsTool: true,
		properties,
	};

	methods = { credentialTest: credentialTests };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const remarks = new ExecutionHints();
		return await forEachItem(
			this,
			async (itemIndex, clients, { signal }) => await getFiles(this, itemIndex, clients, remarks, { signal }),
			{ finish: async () => remarks.show(this) },
		);
	}
}
