import type { INodeType, INodeTypeDescription, ITriggerFunctions, ITriggerResponse } from 'n8n-workflow';
import { NodeConnectionTypes } from 'n8n-workflow';
import { credentialTests, nodeIcon } from '../shared/descriptions';
import { hostCredentials } from '../shared/hosts/properties';
import { hosts, properties } from './properties';

/** Starts a workflow when a job ends on a ComfyUI, whichever client queued it. */
export class ComfyUiTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'ComfyUI Trigger',
		name: 'comfyUiTrigger',
		icon: nodeIcon('trigger'),
		group: ['trigger'],
		version: 1,
		subtitle: '={{ $parameter["events"].join(", ") }}',
		description:
			'Starts the workflow when a ComfyUI job ends, when the queue is empty, or when the server goes offline',
		eventTriggerDescription: '',
		activationMessage: 'The workflow now starts when something happens on your ComfyUI.',
		defaults: { name: 'ComfyUI Trigger' },
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: hostCredentials(hosts),
		properties,
	};

	methods = { credentialTest: credentialTests };

	async trigger(this: ITriggerFunctions): Promise<ITriggerResponse> {
		const { startTrigger } = await import('./startTrigger');
		return await startTrigger(this);
	}
}
