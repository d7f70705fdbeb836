import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { HostName } from '../shared/hosts/HostKind';
import { hostProperty } from '../shared/hosts/hostKinds';

/** The three folders of a ComfyUI server. */
const folderTypes: INodePropertyOptions[] = [
	{ name: 'Input', value: 'input', description: 'What workflows load' },
	{ name: 'Output', value: 'output', description: 'What workflows save' },
	{ name: 'Temp', value: 'temp', description: 'Emptied whenever ComfyUI is started' },
];

/** Which picture a mask belongs to. */
const maskProperties: INodeProperties[] = [
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

const source: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		default: 'binary',
		options: [
			{ name: 'Base64 Text', value: 'base64', description: 'Base64, or a data URI' },
			{ name: 'Binary Field', value: 'binary', description: 'One or more files of the incoming item' },
		],
		description: 'Where the file is',
	},
	{
		displayName: 'Input Binary Field',
		name: 'binaryPropertyName',
		type: 'string',
		default: 'data',
		required: true,
		displayOptions: { show: { source: ['binary'] } },
		placeholder: 'e.g. data',
		hint: 'The name of the input binary field containing the file to be uploaded',
		description: 'Several names can be given comma-separated; * means all binary fields of the item',
	},
	{
		displayName: 'Base64 Text',
		name: 'base64',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { source: ['base64'] } },
		placeholder: 'e.g. data:image/png;base64,iVBORw0KGgo...',
		description: 'The file as Base64 text, with or without a data URI in front',
	},
];

const place: INodeProperties[] = [
	{
		displayName: 'File Name',
		name: 'fileName',
		type: 'string',
		default: '',
		placeholder: 'e.g. portrait.png',
		description:
			'Name on the server. Leave empty to use the name of the file with a few letters that make it unique, so that jobs which run at the same time do not get in the way of each other.',
	},
	{
		displayName: 'Subfolder',
		name: 'subfolder',
		type: 'string',
		default: '',
		placeholder: 'e.g. portraits',
		description: 'Folder below the folder of the type; it is made when there is none. Leave empty for none.',
	},
	{
		displayName: 'Type',
		name: 'type',
		type: 'options',
		default: 'input',
		options: folderTypes,
		description: 'The folder of ComfyUI to put the file in; nodes such as Load Image read from input',
	},
];

/** The others take files together with a job, or not at all. */
export const hosts: HostName[] = ['comfyApiV2', 'comfyCloud', 'comfyDeploy', 'selfHosted'];

/** Parameters of Upload Image. */
export const properties: INodeProperties[] = [
	hostProperty(hosts),
	...source,
	...place,
	...maskProperties,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		default: {},
		placeholder: 'Add option',
		options: [
			{
				displayName: 'Include Input Fields',
				name: 'includeInput',
				type: 'boolean',
				default: false,
				description: 'Whether to also pass on the fields of the incoming item',
			},
			{
				displayName: 'Overwrite',
				name: 'overwrite',
				type: 'boolean',
				default: false,
				description:
					'Whether to replace a file of the same name. Otherwise the server keeps both and gives the new one a number; "name" and "value" of the output are what it chose.',
			},
		],
	},
];
