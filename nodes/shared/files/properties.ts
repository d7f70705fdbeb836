import type { INodeProperties } from 'n8n-workflow';

/** Members of the options collection about files. Each node sorts them by name among its own. */
export const fileOptions = {
	channel: {
		displayName: 'Channel',
		name: 'channel',
		type: 'options',
		default: 'rgba',
		options: [
			{ name: 'All (RGBA)', value: 'rgba' },
			{ name: 'Color Without Transparency (RGB)', value: 'rgb' },
			{ name: 'Transparency Only (Alpha)', value: 'a', description: 'A PNG image, for example for masks' },
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
			'Name of the file in n8n, without extension. When an item has several files, a number is added to the names. Leave empty to keep the names that the files have on the server.',
	},
	includeDetails: {
		displayName: 'Include File Details',
		name: 'includeDetails',
		type: 'boolean',
		default: true,
		description:
			'Whether to add node, name, kind, type, size and place on the server of each file to the JSON. An AI agent gets only texts, links and sizes unless this is on.',
	},
	includeDownloadLink: {
		displayName: 'Include Download Link',
		name: 'includeDownloadLink',
		type: 'boolean',
		default: true,
		description:
			'Whether to add a downloadUrl to each file: a temporary public link to the file in n8n, for messages and other services. n8n has no links for files that it keeps in memory.',
	},
	linkHours: {
		displayName: 'Download Link Valid For (Hours)',
		name: 'linkHours',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 8784 },
		default: 24,
		description:
			'How long the download link works. It ends earlier when n8n deletes the execution that made the file.',
	},
	includeInput: {
		displayName: 'Include Input Fields',
		name: 'includeInput',
		type: 'boolean',
		default: false,
		description: 'Whether to also output the fields of the input item',
	},
	maxDownload: {
		displayName: 'Max Download Size (MB)',
		name: 'maxDownload',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 100,
		description: 'Largest file that is downloaded when the file for an input is an address (https://...)',
	},
	skipMissing: {
		displayName: 'Skip Missing Files',
		name: 'skipMissing',
		type: 'boolean',
		default: false,
		description:
			'Whether to continue when the server no longer has a file. The output field "missing" lists these files.',
	},
	whenNoFiles: {
		displayName: 'When There Are No Files',
		name: 'whenNoFiles',
		type: 'options',
		default: 'fail',
		options: [
			{ name: 'Fail', value: 'fail', description: 'The node fails and reports the reason' },
			{
				name: 'Return Item Without Files',
				value: 'return',
				description: 'The node returns the item and continues',
			},
		],
		description: 'What to do when a job created no files, or when no file matches the filters',
	},
} satisfies Record<string, INodeProperties>;

/** Which files to download. */
export const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	default: {},
	placeholder: 'Add filter',
	options: [
		{
			displayName: 'File Kinds',
			name: 'kinds',
			type: 'multiOptions',
			default: ['image'],
			options: [
				{ name: '3D', value: '3d' },
				{ name: 'Audio', value: 'audio' },
				{ name: 'Image', value: 'image' },
				{ name: 'Other', value: 'other' },
				{ name: 'Text', value: 'text' },
				{ name: 'Video', value: 'video' },
			],
			description: 'Only files of these kinds. The file extension determines the kind.',
		},
		{
			displayName: 'Maximum Number of Files',
			name: 'maxFiles',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 1,
			description: 'Max number of files to download, in the order in which the server lists them',
		},
		{
			displayName: 'Nodes',
			name: 'nodes',
			type: 'string',
			default: '',
			placeholder: 'e.g. 9, Save Upscaled',
			description: 'Only files of these workflow nodes: comma-separated IDs, titles or classes',
		},
		{
			displayName: 'Output Keys',
			name: 'keys',
			type: 'string',
			default: '',
			placeholder: 'e.g. images, gifs',
			description: 'Only files that workflow nodes list under these comma-separated keys',
		},
		{
			displayName: 'Outputs or Previews',
			name: 'which',
			type: 'options',
			default: 'auto',
			options: [
				{ name: 'Both', value: 'both' },
				{ name: 'Outputs Only', value: 'outputs' },
				{
					name: 'Outputs, or Previews When There Are None',
					value: 'auto',
					description: 'The default for the files of a job',
				},
				{ name: 'Previews Only', value: 'previews' },
			],
			description: 'Whether to download saved files or previews. ComfyUI deletes previews when it starts.',
		},
	],
};

/** Parameters for the output of files. */
export const outputProperties: INodeProperties[] = [
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		default: 'separate',
		options: [
			{ name: 'All Files in One Item', value: 'together', description: 'One binary field per file' },
			{ name: 'One Item per File', value: 'separate', description: 'Each file in a separate item' },
		],
		description: 'How to output the files',
	},
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the output binary field to put the file in',
		description:
			'With "All Files in One Item" the second file is put in data_1, the third in data_2. If the name ends with an underscore, such as image_, the fields are image_0, image_1 and so on.',
	},
	{
		displayName: 'Convert Images To',
		name: 'convert',
		type: 'options',
		default: 'none',
		options: [
			{ name: 'JPEG', value: 'jpeg', description: 'Small file without transparency' },
			{ name: 'Original', value: 'none', description: 'The unchanged file, which contains the workflow' },
			{ name: 'WebP', value: 'webp', description: 'Small file with transparency' },
		],
		description:
			'Format to which the server converts images, to get smaller files. The embedded workflow is lost, and of an animation only the first image is kept. Videos, audio and other files are not converted.',
	},
	{
		displayName: 'Quality',
		name: 'quality',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100 },
		default: 90,
		displayOptions: { show: { convert: ['jpeg', 'webp'] } },
		description: 'From 1 (smallest file) to 100 (best image)',
	},
];
