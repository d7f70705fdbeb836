import type { INodeProperties } from 'n8n-workflow';
import { jobOptionProperties, workflowProperties } from '../shared/workflow/properties';
import { fileOptions, filters, outputProperties } from '../shared/files/properties';
import { hostProperty } from '../shared/hosts/properties';

/** What to do when a job fails for a temporary reason. */
const retry: INodeProperties = {
	displayName: 'Retry',
	name: 'retry',
	type: 'collection',
	default: {},
	placeholder: 'Add setting',
	description:
		'Runs a job again when the server was restarted, could not be reached or was too busy. Jobs that were refused, interrupted or removed from the queue are not run again.',
	options: [
		{
			displayName: 'Retries',
			name: 'retries',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			default: 2,
			description: 'Max number of retries for each job',
		},
		{
			displayName: 'Retry Failed Nodes',
			name: 'failedNodes',
			type: 'boolean',
			default: false,
			description:
				'Whether to also run a job again when one of its nodes failed, for example because the GPU had too little free memory',
		},
		{
			displayName: 'Retry Wait (Seconds)',
			name: 'wait',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 5,
			description:
				'Approximate time before the first retry. It doubles with each further retry, up to 60 seconds. If the server asks for a longer time, that time is used.',
		},
	],
};

const FILES_OF_NODES =
	'Only files of these workflow nodes: comma-separated IDs, titles or classes. If it is empty, and App Mode of the ComfyUI editor selects outputs, only their files are returned.';

/** Parameters that most workflows leave at their defaults. */
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
				'Whether stopping the execution in n8n also cancels its jobs on the server. Jobs of other executions continue.',
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
				'Max number of jobs of this execution that are queued or running at the same time. With 0 all jobs are queued together, so that the server is never idle between them.',
		},
		fileOptions.linkHours,
		jobOptionProperties.dynamicPrompts,
		jobOptionProperties.embedWorkflow,
		jobOptionProperties.extraData,
		fileOptions.fileName,
		jobOptionProperties.fileNames,
		jobOptionProperties.front,
		jobOptionProperties.gpu,
		jobOptionProperties.labels,
		fileOptions.includeDetails,
		fileOptions.includeDownloadLink,
		fileOptions.includeInput,
		{
			displayName: 'Include Raw Outputs',
			name: 'includeRawOutputs',
			type: 'boolean',
			default: false,
			description: 'Whether to add the unchanged output of each workflow node',
		},
		jobOptionProperties.maxDownload,
		jobOptionProperties.modelFamily,
		jobOptionProperties.partial,
		{
			displayName: 'On Timeout',
			name: 'onTimeout',
			type: 'options',
			default: 'cancel',
			options: [
				{ name: 'Fail', value: 'fail', description: 'The node fails; the job continues on the server' },
				{
					name: 'Fail and Cancel',
					value: 'cancel',
					description: 'The node fails and cancels the job on the server',
				},
			],
			description: 'What to do when a job has not ended before the timeout',
		},
		jobOptionProperties.outputNodes,
		jobOptionProperties.outputNodeList,
		jobOptionProperties.priority,
		jobOptionProperties.serverTag,
		fileOptions.skipMissing,
		jobOptionProperties.timeLimit,
		{
			displayName: 'Timeout (Seconds)',
			name: 'timeout',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 3600,
			description:
				'Max time for each item, from its uploads to its last download, including the time in the queue and retries. Cancelling the job may take up to 10 seconds more.',
		},
		fileOptions.whenNoFiles,
	],
};

/** The filters, whose default for "Nodes" is what App Mode shows, since version 1.1 of the node. */
const appFilters: INodeProperties = {
	...filters,
	displayOptions: { show: { '@version': [{ _cnd: { gte: 1.1 } }] } },
	options: (filters.options as INodeProperties[]).map((filter) =>
		filter.name === 'nodes' ? { ...filter, description: FILES_OF_NODES } : filter,
	),
};

/** Parameters of Run Workflow. */
export const properties: INodeProperties[] = [
	hostProperty(),
	...workflowProperties,
	...outputProperties,
	{ ...filters, displayOptions: { show: { '@version': [{ _cnd: { lt: 1.1 } }] } } },
	appFilters,
	retry,
	options,
];
