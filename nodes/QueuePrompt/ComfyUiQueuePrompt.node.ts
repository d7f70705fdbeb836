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
import { asTool, toolHints } from '../shared/agent';
import { credentialTests, nodeIcon } from '../shared/descriptions';
import { sourceSubtitle } from '../shared/workflow/sourceProperties';
import { properties } from './properties';
import { hostCredentials } from '../shared/hosts/properties';
import { workflowMethods } from '../shared/workflow/methods';

/** Submits workflows to a ComfyUI server: one job per item, without waiting for the results. */
export class ComfyUiQueuePrompt implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI Queue Prompt',
		name: 'comfyUiQueuePrompt',
		icon: nodeIcon('queue-prompt'),
		group: ['transform'],
		// 1.1: "Workflow Source" begins with a workflow of our own; fields for prompt, image and size; a list of output nodes.
		version: [1, 1.1],
		defaultVersion: 1.1,
		subtitle: sourceSubtitle('Queue: '),
		description: 'Sends a workflow to ComfyUI and returns its prompt ID without waiting for the result',
		defaults: { name: 'ComfyUI Queue Prompt' },
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: hostCredentials(),
		webhooks: callbackWebhooks,
		hints: toolHints,
		usableAsTool: asTool(
			'Starts a ComfyUI job that makes images, videos, sounds or 3D models. Call it with a prompt: a description of the wanted picture in English, in one or two sentences. Returns the promptId of the job.',
		),
		properties,
	};

	methods = { credentialTest: credentialTests, ...workflowMethods };

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const { forEachItem } = await import('../shared/items');
		const { strictParameters } = await import('../shared/parameters');
		const context = strictParameters(this, properties);
		const { QueuePromptExecution } = await import('./QueuePromptExecution');
		const run = new QueuePromptExecution(context);
		const stop = this.getExecutionCancelSignal();
		let waitTill: Date | undefined;
		const [items] = await forEachItem(
			context,
			async (itemIndex, clients, { signal }) => await run.queue(itemIndex, clients, { signal }),
			{
				hints: run.hints,
				check: async (itemIndex, clients, { signal }) => await run.check(itemIndex, clients, { signal }),
				finish: async (clients) => {
					await run.finish(clients);
					waitTill = await run.waitTill();
				},
				cancelAll: async () => await run.cancelAll(),
			},
		);
		if (waitTill && !stop?.aborted) {
			const { suspendExecution } = await import('../shared/callbacks/Callbacks');
			await suspendExecution(context, items, waitTill);
		}
		return [items];
	}

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		const { receiveCallback } = await import('../shared/callbacks/receive');
		return await receiveCallback(this);
	}
}
