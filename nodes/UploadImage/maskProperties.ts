import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

/** The three folders of a ComfyUI server. */
export const folderTypes: INodePropertyOptions[] = [
	{ name: 'Input', value: 'input', description: 'What workflows load' },
	{ name: 'Output', value: 'output', description: 'What workflows save' },
	{ name: 'Temp', value: 'temp', description: 'Emptied whenever ComfyUI is started' },
];

/** Which picture a mask belongs to. */
export const maskProperties: INodeProperties[] = [
	{
		displayName: 'Upload as Mask',
		name: 'asMask',
		type: 'boolean',
		default: false,
		description:
			'Whether the transparency of the file is put on a copy of a picture that is on the server already, as the mask editor of ComfyUI does',
	},
	{
		displayName: 'Original File Name',
		name: 'originalName',
		type: 'string',
		default: '={{ $json.value }}',
		required: true,
		displayOptions: { show: { asMask: [true] } },
		placeholder: 'e.g. portraits/a.png [output]',
		description:
			'The picture that gets the mask: its name, or the "value" that this node returned when it was uploaded',
	},
	{
		displayName: 'Original Subfolder',
		name: 'originalSubfolder',
		type: 'string',
		default: '',
		displayOptions: { show: { asMask: [true] } },
		placeholder: 'e.g. portraits',
		description: 'Leave empty when it is part of the name',
	},
	{
		displayName: 'Original Type',
		name: 'originalType',
		type: 'options',
		default: 'input',
		options: folderTypes,
		displayOptions: { show: { asMask: [true] } },
		description:
			'The folder of ComfyUI that the original is in, unless the name ends with [output] or [temp]',
	},
];
