import type { INodeProperties } from 'n8n-workflow';
import { resumeNotice } from '../shared/callbacks/properties';
import { hostProperty } from '../shared/hosts/hostKinds';

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
		description: 'How long to wait at most, time in the queue included',
	},
	resumeNotice,
	{
		displayName: 'On Timeout',
		name: 'onTimeout',
		type: 'options',
		default: 'fail',
		options: [
			{ name: 'Fail', value: 'fail', description: 'Report it; the job goes on and can be waited for again' },
			{ name: 'Fail and Cancel', value: 'cancel', description: 'Report it and stop the job on the server' },
			{
				name: 'Return State',
				value: 'return',
				description: 'Return an item with the state and progress of the job',
			},
		],
		description: 'What to do when the job does not end in time',
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
					'Whether stopping the execution in n8n also stops the job on the server. Other jobs go on.',
			},
			{
				displayName: 'Client ID',
				name: 'clientId',
				type: 'string',
				default: '',
				description:
					'The client whose events to subscribe to. Leave empty to use the clientId of the item, as Queue Prompt returns it.',
			},
			{
				displayName: 'Include Previews',
				name: 'includePreviews',
				type: 'boolean',
				default: false,
				description:
					'Whether to list preview (temp) files when the job also made others. If there are only previews, they are listed anyway.',
			},
			{
				displayName: 'Include Raw Outputs',
				name: 'includeRawOutputs',
				type: 'boolean',
				default: false,
				description: 'Whether to add what each node reported, as the server stores it',
			},
			{
				displayName: 'Include Texts',
				name: 'includeTexts',
				type: 'boolean',
				default: true,
				description: 'Whether to add the texts that nodes returned',
			},
		],
	},
];
