import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { credentialTests, nodeIcon } from '../shared/descriptions';
import { properties } from './properties';
import { hostCredentials } from '../shared/hosts/properties';

/** Waits for ComfyUI jobs: for all items at once, over one WebSocket per server. */
export class ComfyUiWaitForCompletion implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI Wait For Completion',
		name: 'comfyUiWaitForCompletion',
		icon: nodeIcon('wait-for-completion'),
		group: ['transform'],
		// 1.1: `comfyUiUrl` of a file in place of `url`.
		version: [1, 1.1],
		defaultVersion: 1.1,
		subtitle: '={{ "Up to " + $parameter["timeout"] + " s" }}',
		description: 'Waits until ComfyUI jobs have ended and lists the files that they created',
		defaults: { name: 'ComfyUI Wait For Completion' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: hostCredentials(),
		usableAsTool: true,
		properties,
	};

	methods = { credentialTest: credentialTests };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { SubmittedJobs } = await import('../client/jobs/SubmittedJobs');
		const { forEachItem } = await import('../shared/items');
		const { strictParameters } = await import('../shared/parameters');
		const context = strictParameters(this, properties);
		const { waitForItem } = await import('./waitForItem');
		const waiting = new SubmittedJobs();
		const stop = this.getExecutionCancelSignal();
		return await forEachItem(
			context,
			async (itemIndex, clients, { signal }) => [
				await waitForItem(context, itemIndex, clients, waiting, { signal }),
			],
			{
				atOnce: Infinity,
				// A wait that failed leaves its jobs alone; only a stopped execution cancels them.
				cancelAll: async () =>
					await waiting.cancelAll({ where: ({ cancelOnAbort }) => stop?.aborted === true && cancelOnAbort }),
			},
		);
	}
}
