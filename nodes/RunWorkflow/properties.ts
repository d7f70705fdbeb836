import type { INodeProperties } from 'n8n-workflow';
import { workflowProperties } from '../shared/workflow/properties';
import { fileOptions, filters, outputProperties } from '../shared/files/properties';
import { hostProperty } from '../shared/hosts/hostKinds';
import { jobOptionProperties } from '../shared/workflow/options';

/** How to retry a job that failed for a reason that can pass. */
const retry: INodeProperties = {
	displayName: 'Retry',
	name: 'retry',
	type: 'collection',
	default: {},
	placeholder: 'Add setting',
	description:
		'Jobs are run again when the server was restarted, could not be reached or was too busy; never when they were refused, interrupted or removed from the queue',
	options: [
		{
			displayName: 'Retries',
			name: 'retries',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			default: 2,
			description: 'How many retries at most',
		},
		{
			displayName: 'Retry Failed Nodes',
			name: 'failedNodes',
			type: 'boolean',
			default: false,
			description:
				'Whether to also run a job again when one of its nodes failed, for example because the GPU was out of memory',
		},
		{
			displayName: 'Retry Wait (Seconds)',
			name: 'wait',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 5,
			description:
				'About how long to wait before the first retry. It doubles with each further one, up to 60 seconds; a longer time that the server asks for is respected.',
		},
	],
};

/** Parameters with a good default. */
const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	default: {},
	placeholder: 'Add option',
	options: [
		{
			displayName: 'Cancel When Stopped',
			name: 'cancelOnStop',
			type: 'boolean',
			default: true,
			description:
				'Whether stopping the execution in n8n also stops its jobs on the server. Other jobs go on.',
		},
		fileOptions.channel,
		jobOptionProperties.check,
		{
			displayName: 'Concurrency Limit',
			name: 'concurrency',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			default: 0,
			description:
				'How many jobs of this execution may be queued or running at once. With 0 all are queued at once, so that the server is never idle between them.',
		},
		jobOptionProperties.dynamicPrompts,
		jobOptionProperties.embedWorkflow,
		jobOptionProperties.extraData,
		fileOptions.fileName,
		jobOptionProperties.fileNames,
		jobOptionProperties.front,
		jobOptionProperties.gpu,
		fileOptions.includeDetails,
		fileOptions.includeInput,
		{
			displayName: 'Include Raw Outputs',
			name: 'includeRawOutputs',
			type: 'boolean',
			default: false,
			description: 'Whether to add what each node reported, as the server stores it',
		},
		jobOptionProperties.partial,
		{
			displayName: 'On Timeout',
			name: 'onTimeout',
			type: 'options',
			default: 'cancel',
			options: [
				{ name: 'Fail', value: 'fail', description: 'Report it; the job goes on on the server' },
				{ name: 'Fail and Cancel', value: 'cancel', description: 'Report it and stop the job on the server' },
			],
			description: 'What to do when a job does not end in time',
		},
		jobOptionProperties.outputNodes,
		jobOptionProperties.priority,
		fileOptions.skipMissing,
		jobOptionProperties.timeLimit,
		{
			displayName: 'Timeout (Seconds)',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 3600,
			description: 'How long each job may take from being queued, time in the queue and retries included',
		},
		fileOptions.whenNoFiles,
	],
};

/** Parameters of Run Workflow. */
export const properties: INodeProperties[] = [
	hostProperty(),
	...workflowProperties,
	...outputProperties,
	filters,
	retry,
	options,
];
