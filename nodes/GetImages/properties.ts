import type { INodeProperties } from 'n8n-workflow';
import { filters } from './filterProperties';
import { options } from './optionProperties';

/** Parameters of Get Images. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		default: 'promptId',
		options: [
			{
				name: 'List of Files',
				value: 'files',
				description: 'The files that Wait For Completion lists, or names of your own',
			},
			{ name: 'Prompt ID', value: 'promptId', description: 'All files of a job that has ended' },
		],
		description: 'What to download',
	},
	{
		displayName: 'Prompt ID',
		name: 'promptId',
		type: 'string',
		default: '={{ $json.promptId }}',
		required: true,
		displayOptions: { show: { source: ['promptId'] } },
		placeholder: 'e.g. 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d',
		description: 'The job whose files to download; it has to have ended',
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
			'A list of objects with filename, subfolder and type, the same as JSON text, or one name per line; [temp] or [input] behind a name tells where it is when it is not an output',
	},
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
	filters,
	options,
];
