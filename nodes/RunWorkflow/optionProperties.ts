import type { INodeProperties } from 'n8n-workflow';
import { fileOptions } from '../shared/files/properties';
import { jobOptions } from '../shared/workflow/optionProperties';

/** Everything that has a good default. */
export const options: INodeProperties = {
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
		jobOptions.check,
		{
			displayName: 'Concurrency Limit',
			name: 'concurrency',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			default: 0,
			description:
				'How many jobs of this execution may be queued or running at once. With 0 all are queued at once, so that the server is never idle between them.',
		},
		jobOptions.dynamicPrompts,
		jobOptions.embedWorkflow,
		jobOptions.extraData,
		fileOptions.fileName,
		jobOptions.fileNames,
		jobOptions.front,
		jobOptions.gpu,
		fileOptions.includeDetails,
		fileOptions.includeInput,
		{
			displayName: 'Include Raw Outputs',
			name: 'includeRawOutputs',
			type: 'boolean',
			default: false,
			description: 'Whether to add what each node reported, as the server has it',
		},
		jobOptions.partial,
		{
			displayName: 'On Timeout',
			name: 'onTimeout',
			type: 'options',
			default: 'cancel',
			options: [
				{ name: 'Fail', value: 'fail', description: 'Report it; the job goes on on the server' },
				{ name: 'Fail and Cancel', value: 'cancel', description: 'Report it and stop the job on the server' },
			],
			description: 'What to do when a job is not done in time',
		},
		jobOptions.outputNodes,
		jobOptions.priority,
		fileOptions.skipMissing,
		jobOptions.timeLimit,
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
