import type {
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
	INodeTypeDescription,
	IWebhookFunctions,
	IWebhookResponseData,
} from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { callbackWebhooks } from '../shared/callbacks/properties';
import { receiveCallback } from '../shared/callbacks/receive';
import { credentialTests, icon } from '../shared/descriptions';
import { forEachItem } from '../shared/items';
import { properties } from './properties';
import { QueuePromptExecution } from './QueuePromptExecution';
import { suspendExecution } from '../shared/callbacks/Callbacks';
import { hostCredentials } from '../shared/hosts/hostKinds';
import { workflowMethods } from '../shared/workflow/form';

/** Queues workflows on a ComfyUI server, one job per item, and does not wait for them. */
export class ComfyUiQueuePrompt implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI Queue Prompt',
		name: 'comfyUiQueuePrompt',
		icon,
		group: ['transform'],
		version: 1,
		subtitle: '={{ $parameter["seedMode"] === "fixed" ? "Queue with fixed seed" : "Queue workflow" }}',
		description: 'Sends a workflow to ComfyUI and returns at once with its prompt ID',
		defaults: { name: 'ComfyUI Queue Prompt' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: hostCredentials(),
		webhooks: callbackWebhooks,
		usableAsTool: true,
		properties,
	};

	methods = { credentialTest: credentialTests, ...workflowMethods };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const run = new QueuePromptExecution(this);
		const stop = this.getExecutionCancelSignal();
		let waitTill: Date | undefined;
		const [items] = await forEachItem(
			this,
			async (itemIndex, clients, { signal }) => await run.queue(itemIndex, clients, { signal }),
			{
				finish: async (clients) => {
					await run.finish(clients);
					waitTill = await run.waitTill();
				},
				cancelAll: async () => await run.cancelAll(),
			},
		);
		if (waitTill && !stop?.aborted) await suspendExecution(this, items, waitTill);
		return [items];
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receiveCallback(this);
	}
}
