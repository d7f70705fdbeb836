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

/** Which of the files to download. */
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
			description: 'Only files of these kinds, told by their extension',
		},
		{
			displayName: 'Maximum Number of Files',
			name: 'maxFiles',
			type: 'number',
			typeOptions: { minValue: 1 },
			default: 1,
			description: 'Stop after this many files, in the order in which the server lists them',
		},
		{
			displayName: 'Nodes',
			name: 'nodes',
			type: 'string',
			default: '',
			placeholder: 'e.g. 9, Save Upscaled',
			description: 'Only files of these nodes: comma-separated IDs, titles or classes',
		},
		{
			displayName: 'Output Keys',
			name: 'keys',
			type: 'string',
			default: '',
			placeholder: 'e.g. images, gifs',
			description: 'Only files that nodes list under these keys, comma-separated',
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
					description: 'What is done with the files of a job when this filter is not set',
				},
				{ name: 'Previews Only', value: 'previews' },
			],
			description:
				'Whether to take files that were saved, or previews, which ComfyUI keeps until it is started again',
		},
	],
};

/** Parameters that say how files are handed on. */
export const outputProperties: INodeProperties[] = [
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		default: 'separate',
		options: [
			{ name: 'All Files in One Item', value: 'together', description: 'One binary field per file' },
			{ name: 'One Item per File', value: 'separate', description: 'Each file in an item of its own' },
		],
		description: 'How to hand the files on',
	},
	{
		displayName: 'Put Output File in Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		hint: 'The name of the output binary field to put the file in',
		description:
			'With all files in one item the second is put in data_1, the third in data_2; a name that ends with an underscore is counted from image_0',
	},
	{
		displayName: 'Convert Images To',
		name: 'convert',
		type: 'options',
		default: 'none',
		options: [
			{ name: 'JPEG', value: 'jpeg', description: 'Small, without transparency' },
			{ name: 'Original', value: 'none', description: 'The file as it is, with the workflow in it' },
			{ name: 'WebP', value: 'webp', description: 'Small, with transparency' },
		],
		description:
			'Lets the server make smaller files. Videos, audio and other files stay as they are; the embedded workflow and all but the first picture of an animation are lost.',
	},
	{
		displayName: 'Quality',
		name: 'quality',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 100 },
		default: 90,
		displayOptions: { show: { convert: ['jpeg', 'webp'] } },
		description: 'From 1 (smallest file) to 100 (best picture)',
	},
];
