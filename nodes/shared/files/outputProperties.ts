import type { INodeProperties } from 'n8n-workflow';

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
