import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { fileOptions } from '../shared/files/properties';
import { hostProperty, hostsWith } from '../shared/hosts/properties';

/** The three folders of a ComfyUI server. */
const folderTypes: INodePropertyOptions[] = [
	{ name: 'Input', value: 'input', description: 'Files that workflows load' },
	{ name: 'Output', value: 'output', description: 'Files that workflows save' },
	{ name: 'Temp', value: 'temp', description: 'ComfyUI deletes these files when it starts' },
];

/** The image that a mask belongs to. */
const maskProperties: INodeProperties[] = [
	{
		displayName: 'Upload as Mask',
		name: 'asMask',
		type: 'boolean',
		default: false,
		description:
			'Whether to use the transparency of the file as the mask of an image that is already on the server. The server stores a copy of that image with the mask, as the mask editor of ComfyUI does.',
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
			'The image that gets the mask: its name, or the "value" that this node returned when the image was uploaded',
	},
	{
		displayName: 'Original Subfolder',
		name: 'originalSubfolder',
		type: 'string',
		default: '',
		displayOptions: { show: { asMask: [true] } },
		placeholder: 'e.g. portraits',
		description: 'Subfolder of the original. Leave empty when the file name contains it.',
	},
	{
		displayName: 'Original Type',
		name: 'originalType',
		type: 'options',
		default: 'input',
		options: folderTypes,
		displayOptions: { show: { asMask: [true] } },
		description:
			'The folder of ComfyUI that contains the original. An ending [output] or [temp] in the file name overrides it.',
	},
];

const source: INodeProperties[] = [
	{
		displayName: 'Source',
		name: 'source',
		type: 'options',
		default: 'binary',
		options: [
			{ name: 'Base64 Text', value: 'base64', description: 'Base64 text or a data URI' },
			{ name: 'Binary Field', value: 'binary', description: 'One or more files of the input item' },
			{
				name: 'File on Server',
				value: 'server',
				description: 'A file that ComfyUI already has, such as an output, copied to another folder',
			},
			{ name: 'Web Address', value: 'address', description: 'A file that n8n downloads from an address' },
		],
		description: 'Where the file comes from',
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
		description: 'Comma-separated names, or * for all binary fields of the item',
	},
	{
		displayName: 'Base64 Text',
		name: 'base64',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { source: ['base64'] } },
		placeholder: 'e.g. data:image/png;base64,iVBORw0KGgo...',
		description: 'The file as Base64 text or as a data URI',
	},
];

/** Sources that are requested from another server. */
const remoteSource: INodeProperties[] = [
	{
		displayName: 'Address',
		name: 'address',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { source: ['address'] } },
		placeholder: 'e.g. https://example.com/photo.png',
		description:
			'The http(s) address of the file. The request contains no credentials, and the network rules of n8n apply to it.',
	},
	{
		displayName: 'File',
		name: 'serverFile',
		type: 'string',
		default: '={{ $json }}',
		required: true,
		displayOptions: { show: { source: ['server'] } },
		placeholder: 'e.g. portraits/a.png [output]',
		description:
			'Name of the file with its subfolder, and [output] or [temp] when it is not an input. Or an object with filename, subfolder and type, as ComfyUI nodes return.',
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
			'Name on the server. Leave empty to use a name made of the content, so that the server stores the same file only once.',
	},
	{
		displayName: 'Subfolder',
		name: 'subfolder',
		type: 'string',
		default: '',
		placeholder: 'e.g. portraits',
		description:
			'Folder inside the folder of the type. The server creates it when it does not exist. Leave empty to use no subfolder.',
	},
	{
		displayName: 'Type',
		name: 'type',
		type: 'options',
		default: 'input',
		options: folderTypes,
		description:
			'The folder of ComfyUI that stores the file. Nodes such as Load Image read from the input folder.',
	},
];

/** The other hosts take files together with a job, or not at all. */
export const hosts = hostsWith(({ uploads }) => uploads === 'stored');

/** Parameters of Upload Image. */
export const properties: INodeProperties[] = [
	hostProperty(hosts),
	...source,
	...remoteSource,
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
				description: 'Whether to also output the fields of the input item',
			},
			fileOptions.maxDownload,
			{
				displayName: 'Overwrite',
				name: 'overwrite',
				type: 'boolean',
				default: false,
				description:
					'Whether to replace a file with the same name. Otherwise the server keeps both files and adds a number to the new name; "name" and "value" in the output contain this name.',
			},
		],
	},
];
