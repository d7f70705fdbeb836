import type { INodeProperties } from 'n8n-workflow';
import { resumeOptions } from '../shared/callbacks/properties';
import { jobOptionProperties, workflowProperties } from '../shared/workflow/properties';
import { hostProperty, showOptionWhen } from '../shared/hosts/properties';

const number: INodeProperties = {
	displayName: 'Priority Number',
	name: 'number',
	type: 'number',
	default: 0,
	displayOptions: showOptionWhen('queueOrder'),
	description: 'Position in the queue: jobs with lower numbers run first. Do not use the same number twice.',
};

const promptId: INodeProperties = {
	displayName: 'Prompt ID',
	name: 'promptId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d',
	description: 'A lowercase UUID that you choose. Do not use the same ID twice. Leave empty to use a new ID.',
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
			jobOptionProperties.labels,
			jobOptionProperties.maxDownload,
			jobOptionProperties.modelFamily,
			jobOptionProperties.partial,
			jobOptionProperties.outputNodes,
			jobOptionProperties.outputNodeList,
			jobOptionProperties.priority,
			number,
			promptId,
			resumeOptions.resumeAfter,
			resumeOptions.resumeAfterOnRunPod,
			resumeOptions.resumeByWebhook,
			jobOptionProperties.serverTag,
			jobOptionProperties.timeLimit,
		],
	},
];
