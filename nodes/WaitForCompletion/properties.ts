import type { INodeProperties } from 'n8n-workflow';
import { resumeNotice } from '../shared/callbacks/properties';
import { hostProperty } from '../shared/hosts/properties';

/** Parameters of Wait For Completion. */
export const properties: INodeProperties[] = [
	hostProperty(),
	{
		displayName: 'Prompt ID',
		name: 'promptId',
		type: 'string',
		default: '={{ $json.promptId }}',
		required: true,
		placeholder: 'e.g. 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d',
		description: 'The job to wait for, as returned by ComfyUI Queue Prompt',
	},
	{
		displayName: 'Timeout (Seconds)',
		name: 'timeout',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 3600,
		description: 'Max time to wait, including the time in the queue',
	},
	resumeNotice,
	{
		displayName: 'On Timeout',
		name: 'onTimeout',
		type: 'options',
		default: 'fail',
		options: [
			{
				name: 'Fail',
				value: 'fail',
				description: 'The node fails; the job continues, and you can wait for it again',
			},
			{
				name: 'Fail and Cancel',
				value: 'cancel',
				description: 'The node fails and cancels the job on the server',
			},
			{
				name: 'Return State',
				value: 'return',
				description: 'Return an item with the state and progress of the job',
			},
		],
		description: 'What to do when the job has not ended before the timeout',
	},
	{
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
					'Whether stopping the execution in n8n also cancels the job on the server. Other jobs continue.',
			},
			{
				displayName: 'Client ID',
				name: 'clientId',
				type: 'string',
				default: '',
				description:
					'The client whose events to receive. Leave empty to use the clientId of the item, as returned by ComfyUI Queue Prompt.',
			},
			{
				displayName: 'Include Previews',
				name: 'includePreviews',
				type: 'boolean',
				default: false,
				description:
					'Whether to list preview (temp) files when the job also created other files. When a job created only previews, they are always listed.',
			},
			{
				displayName: 'Include Raw Outputs',
				name: 'includeRawOutputs',
				type: 'boolean',
				default: false,
				description: 'Whether to add the unchanged output of each workflow node',
			},
			{
				displayName: 'Include Texts',
				name: 'includeTexts',
				type: 'boolean',
				default: true,
				description: 'Whether to add the texts that workflow nodes returned',
			},
		],
	},
];
