import type { INodeProperties } from 'n8n-workflow';
import type { HostName } from '../shared/hosts/HostKind';
import { hostProperty } from '../shared/hosts/property';
import { folderTypes, maskProperties } from './maskProperties';

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
