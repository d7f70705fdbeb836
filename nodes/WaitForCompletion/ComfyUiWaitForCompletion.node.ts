import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { credentialTests, icon } from '../shared/descriptions';
import { forEachItem } from '../shared/items';
import { SubmittedJobs } from '../client/jobs/SubmittedJobs';
import { properties } from './properties';
import { waitForItem } from './waitForItem';
import { hostCredentials } from '../shared/hosts/hostKinds';

/** Waits for ComfyUI jobs, for all items at the same time, over one socket. */
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
		credentials: hostCredentials(),
		usableAsTool: true,
		properties,
	};

	methods = { credentialTest: credentialTests };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const waiting = new SubmittedJobs();
		const stop = this.getExecutionCancelSignal();
		return await forEachItem(
			this,
			async (itemIndex, clients, { signal }) => [
				await waitForItem(this, itemIndex, clients, waiting, { signal }),
			],
			{
				together: true,
				// A wait that failed leaves its jobs alone; only a stopped execution cancels them.
				cancelAll: async () =>
					await waiting.cancelAll({ where: ({ cancelOnAbort }) => stop?.aborted === true && cancelOnAbort }),
			},
		);
	}
}
