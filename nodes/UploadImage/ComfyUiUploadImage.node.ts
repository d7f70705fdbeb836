import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { credentialTests, nodeIcon } from '../shared/descriptions';
import { hosts, properties } from './properties';
import { hostCredentials } from '../shared/hosts/properties';

/** Uploads files of any kind to a ComfyUI server, as inputs for its workflows. */
export class ComfyUiUploadImage implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI Upload Image',
		name: 'comfyUiUploadImage',
		icon: nodeIcon('upload-image'),
		group: ['transform'],
		version: 1,
		subtitle: '={{ ($parameter["asMask"] ? "Mask to " : "File to ") + $parameter["type"] }}',
		description: 'Uploads images, masks, videos, audio or other files to ComfyUI for use in workflows',
		defaults: { name: 'ComfyUI Upload Image' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: hostCredentials(hosts),
		usableAsTool: true,
		properties,
	};

	methods = { credentialTest: credentialTests };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { forEachItem } = await import('../shared/items');
		const { strictParameters } = await import('../shared/parameters');
		const context = strictParameters(this, properties);
		const { uploadFiles } = await import('./uploadFiles');
		return await forEachItem(
			context,
			async (itemIndex, clients, { signal }) => await uploadFiles(context, itemIndex, clients, { signal }),
		);
	}
}
