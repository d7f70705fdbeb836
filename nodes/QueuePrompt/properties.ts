import type { INodeProperties } from 'n8n-workflow';
import { resumeOptions } from '../shared/callbacks/properties';
import { hostProperty } from '../shared/hosts/property';
import { jobOptions } from '../shared/workflow/optionProperties';
import { workflowProperties } from '../shared/workflow/properties';

const number: INodeProperties = {
	displayName: 'Priority Number',
	name: 'number',
	type: 'number',
	default: 0,
	displayOptions: { show: { '/host': ['selfHosted'] } },
	description: 'Explicit place in the queue: lower runs first. Never use the same number twice.',
};

const promptId: INodeProperties = {
	displayName: 'Prompt ID',
	name: 'promptId',
	type: 'string',
	default: '',
	placeholder: 'e.g. 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d',
	description: 'A lower-case UUID of your own. Leave empty to have one made; never use one twice.',
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
			jobOptions.check,
			jobOptions.clientId,
			jobOptions.dynamicPrompts,
			jobOptions.embedWorkflow,
			jobOptions.extraData,
			jobOptions.fileNames,
			jobOptions.front,
			jobOptions.gpu,
			jobOptions.partial,
			jobOptions.outputNodes,
			jobOptions.priority,
			number,
			promptId,
			resumeOptions.resumeAfter,
			resumeOptions.resumeAfterOnRunPod,
			resumeOptions.resumeByWebhook,
			jobOptions.timeLimit,
		],
	},
];
