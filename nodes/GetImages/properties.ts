import type { INodeProperties } from 'n8n-workflow';
import { fileOptions, filters, outputProperties } from '../shared/files/properties';
import { hostProperty } from '../shared/hosts/properties';

/** Parameters that most workflows leave at their defaults. */
const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	default: {},
	placeholder: 'Add option',
	options: [
		fileOptions.channel,
		fileOptions.linkHours,
		fileOptions.fileName,
		{
			displayName: 'Files of Failed Jobs',
			name: 'filesOfFailedJobs',
			type: 'boolean',
			default: false,
			description:
				'Whether to also download the files that a job created before it failed or was interrupted',
		},
		fileOptions.includeDetails,
		fileOptions.includeDownloadLink,
		fileOptions.includeInput,
		fileOptions.skipMissing,
		fileOptions.whenNoFiles,
	],
};

/** Parameters of Get Images. */
export const properties: INodeProperties[] = [
	hostProperty(),
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		default: 'promptId',
		options: [
			{
				name: 'List of Files',
				value: 'files',
				description: 'The files that ComfyUI Wait For Completion lists, or names that you enter',
			},
			{ name: 'Prompt ID', value: 'promptId', description: 'All files of a job that has ended' },
		],
		description: 'How to select the files to download',
	},
	{
		displayName: 'Prompt ID',
		name: 'promptId',
		type: 'string',
		default: '={{ $json.promptId }}',
		required: true,
		displayOptions: { show: { source: ['promptId'] } },
		placeholder: 'e.g. 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d',
		description: 'The job whose files to download. The job must have ended.',
	},
	{
		displayName: 'Files',
		name: 'files',
		type: 'string',
		default: '={{ $json.files }}',
		required: true,
		displayOptions: { show: { source: ['files'] } },
		placeholder: 'e.g. portraits/a_00001_.png [output]',
		description:
			'A list of objects with filename, subfolder and type, the same list as JSON text, or one name per line. For a file that is not an output, add [temp] or [input] after the name.',
	},
	...outputProperties,
	filters,
	options,
];
