import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { credentialTests, icon } from '../shared/descriptions';
import { forEachItem } from '../shared/items';
import { properties } from './properties';
import { waitForItem } from './waitForItem';

/** Waits for ComfyUI jobs, all items at once, over one socket. */
export class ComfyUiWaitForCompletion implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI Wait For Completion',
		name: 'comfyUiWaitForCompletion',
		icon,
		group: ['transform'],
		version: 1,
		subtitle: '={{ "Up to " + $parameter["timeout"] + " s" }}',
		description: 'Waits until ComfyUI jobs are done and lists the files they made',
		defaults: { name: 'ComfyUI Wait For Completion' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [
			{
				name: 'comfyUiApi',
				required: true,
				testedBy: 'comfyUiApiTest',
				displayOptions: { show: { host: ['selfHosted'] } },
			},
			{
				name: 'comfyCloudApi',
				required: true,
				testedBy: 'comfyCloudApiTest',
				displayOptions: { show: { host: ['comfyCloud'] } },
			},
			{
				name: 'comfyApiV2Api',
				required: true,
				testedBy: 'comfyApiV2ApiTest',
				displayOptions: { show: { host: ['comfyApiV2'] } },
			},
			{
				name: 'comfyDeployApi',
				required: true,
				testedBy: 'comfyDeployApiTest',
				displayOptions: { show: { host: ['comfyDeploy'] } },
			},
			{
				name: 'comfyUiServerlessApi',
				required: true,
				testedBy: 'comfyUiServerlessApiTest',
				displayOptions: { show: { host: ['comfyServerless'] } },
			},
			{
				name: 'runPodComfyUiApi',
				required: true,
				testedBy: 'runPodComfyUiApiTest',
				displayOptions: { show: { host: ['runPod'] } },
			},
		],
		usableAsTool: true,
		properties,
	};

	methods = { credentialTest: credentialTests };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await forEachItem(
			this,
			async (itemIndex, clients, signal) => [await waitForItem(this, itemIndex, clients, signal)],
			{ together: true },
		);
	}
}
