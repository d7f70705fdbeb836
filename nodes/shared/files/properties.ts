import type { INodeProperties } from 'n8n-workflow';

/** Members of the options collection that concern files; sort them in among the others by name. */
export const fileOptions = {
	channel: {
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
	fileName: {
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '',
		placeholder: 'e.g. portrait',
		description:
			'Name for the file in n8n. The extension is added; further files of the same item get a number. Leave empty to keep the names of the server.',
	},
	includeDetails: {
		displayName: 'Include File Details',
		name: 'includeDetails',
		type: 'boolean',
		default: true,
		description: 'Whether to put node, name, folder, kind, type, size and address of each file in the JSON',
	},
	includeInput: {
		displayName: 'Include Input Fields',
		name: 'includeInput',
		type: 'boolean',
		default: false,
		description: 'Whether to also pass on the fields of the incoming item',
	},
	skipMissing: {
		displayName: 'Skip Missing Files',
		name: 'skipMissing',
		type: 'boolean',
		default: false,
		description:
			'Whether to go on when the server no longer has a file; what is missing is listed in the field "missing"',
	},
	whenNoFiles: {
		displayName: 'When There Are No Files',
		name: 'whenNoFiles',
		type: 'options',
		default: 'fail',
		options: [
			{ name: 'Fail', value: 'fail', description: 'Report it and say why there are none' },
			{ name: 'Return Item Without Files', value: 'return', description: 'Go on all the same' },
		],
		description: 'What to do when a job made no files, or when none passes the filters',
	},
} satisfies Record<string, INodeProperties>;
