import type { INodeProperties } from 'n8n-workflow';

/** Everything that has a good default. */
export const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	default: {},
	placeholder: 'Add option',
	options: [
		{
			displayName: 'Channel',
			name: 'channel',
			type: 'options',
			default: 'rgba',
			options: [
				{ name: 'All (RGBA)', value: 'rgba' },
				{ name: 'Color Without Transparency (RGB)', value: 'rgb' },
				{ name: 'Transparency Only (Alpha)', value: 'a', description: 'As a PNG picture; for masks' },
			],
			description: 'Which channels of the images to download',
		},
		{
			displayName: 'File Name',
			name: 'fileName',
			type: 'string',
			default: '',
			placeholder: 'e.g. portrait',
			description:
				'Name for the file in n8n. The extension is added; further files of the same item get a number. Leave empty to keep the names of the server.',
		},
		{
			displayName: 'Files of Failed Jobs',
			name: 'filesOfFailedJobs',
			type: 'boolean',
			default: false,
			description: 'Whether to download what a job made before it failed or was interrupted',
		},
		{
			displayName: 'Include File Details',
			name: 'includeDetails',
			type: 'boolean',
			default: true,
			description: 'Whether to put node, name, folder, kind, type, size and address of each file in the JSON',
		},
		{
			displayName: 'Include Input Fields',
			name: 'includeInput',
			type: 'boolean',
			default: false,
			description: 'Whether to also pass on the fields of the incoming item',
		},
		{
			displayName: 'Skip Missing Files',
			name: 'skipMissing',
			type: 'boolean',
			default: false,
			description:
				'Whether to go on when the server no longer has a file; what is missing is listed in the field "missing"',
		},
		{
			displayName: 'When There Are No Files',
			name: 'whenNoFiles',
			type: 'options',
			default: 'fail',
			options: [
				{ name: 'Fail', value: 'fail', description: 'Report it and say why there are none' },
				{ name: 'Return Item Without Files', value: 'return', description: 'Pass the incoming item on' },
			],
			description: 'What to do when a job made no files, or when none passes the filters',
		},
	],
};
