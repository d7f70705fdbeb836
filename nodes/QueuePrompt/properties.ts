import type { INodeProperties } from 'n8n-workflow';
import { resumeOptions } from '../shared/callbacks/properties';
import { workflowProperties } from '../shared/workflow/properties';
import { hostProperty } from '../shared/hosts/hostKinds';
import { jobOptionProperties } from '../shared/workflow/options';

const number: INodeProperties = {
	displayName: 'Priority Number',
	name: 'number',
	type: 'number',
	default: 0,
	displayOptions: { show: { '/host': ['selfHosted'] } },
	description: 'Explicit place in the queue: lower runs first. Use each number only once.',
};

const promptId: INodeProperties = {
	displayName: 'Prompt ID',
	name: 'promptId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d',
	description: 'A lower-case UUID of your own. Leave empty to get a new one; use each only once.',
};

/** Parameters of Queue Prompt. */
export const properties: INodeProperties[] = [
	hostProperty(),
	...workflowProperties,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		default: {},
		placeholder: 'Add option',
		options: [
			jobOptionProperties.check,
			jobOptionProperties.clientId,
			jobOptionProperties.dynamicPrompts,
			jobOptionProperties.embedWorkflow,
			jobOptionProperties.extraData,
			jobOptionProperties.fileNames,
			jobOptionProperties.front,
			jobOptionProperties.gpu,
			jobOptionProperties.partial,
			jobOptionProperties.outputNodes,
			jobOptionProperties.priority,
			number,
			promptId,
			resumeOptions.resumeAfter,
			resumeOptions.resumeAfterOnRunPod,
			resumeOptions.resumeByWebhook,
			jobOptionProperties.timeLimit,
		],
	},
];
