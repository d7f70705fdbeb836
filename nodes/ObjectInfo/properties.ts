import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { hostProperty } from '../shared/hosts/properties';
import { sourceProperties } from '../shared/workflow/sourceProperties';
import { hosts, operationProperties } from './operationProperties';

const showFor = (...operations: string[]): IDisplayOptions => ({ show: { operation: operations } });

/** Parameters whose value is chosen from a list that the server provides. */
const choices: INodeProperties[] = [
	{
		displayName: 'Node Type',
		name: 'nodeType',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The class of the node: class_type in a workflow',
		displayOptions: showFor('describeNode', 'getChoices'),
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a node type...',
				typeOptions: { searchListMethod: 'searchNodeTypes', searchable: true },
			},
			{
				displayName: 'By Class Name',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. CheckpointLoaderSimple',
			},
		],
	},
	{
		displayName: 'Input',
		name: 'input',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The input of the node type',
		typeOptions: { loadOptionsDependsOn: ['nodeType.value'] },
		displayOptions: showFor('getChoices'),
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select an input...',
				typeOptions: { searchListMethod: 'searchInputs', searchable: true },
			},
			{ displayName: 'By Name', name: 'id', type: 'string', placeholder: 'e.g. ckpt_name' },
		],
	},
	{
		displayName: 'Folder',
		name: 'folder',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		description: 'The kind of models to list: the name of their folder on the server',
		displayOptions: showFor('listModels'),
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Select a folder...',
				typeOptions: { searchListMethod: 'searchFolders', searchable: true },
			},
			{ displayName: 'By Name', name: 'id', type: 'string', placeholder: 'e.g. checkpoints' },
		],
	},
];

/** Parameters of the operations of ComfyUI Deploy. */
const deploy: INodeProperties[] = [
	{
		displayName: 'Workflow Version ID',
		name: 'versionId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: showFor('getWorkflowVersion'),
		description: 'ID of the version, as shown in ComfyUI Deploy; not the number of the version',
	},
	{
		displayName: 'Save As',
		name: 'saveAs',
		type: 'options',
		default: 'new',
		displayOptions: showFor('uploadWorkflow'),
		options: [
			{ name: 'New Version', value: 'version', description: 'Add a version to an existing workflow' },
			{ name: 'New Workflow', value: 'new' },
		],
		description: 'How to store the workflow',
	},
	{
		displayName: 'Workflow Name',
		name: 'workflowName',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { operation: ['uploadWorkflow'], saveAs: ['new'] } },
		placeholder: 'e.g. Portrait',
	},
	{
		displayName: 'Workflow ID',
		name: 'workflowId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { operation: ['uploadWorkflow'], saveAs: ['version'] } },
		description: 'The workflow that gets the new version',
	},
	{
		displayName: 'Workflow (Editor Format)',
		name: 'editorWorkflow',
		type: 'json',
		typeOptions: { rows: 5 },
		default: '',
		required: true,
		displayOptions: showFor('uploadWorkflow'),
		description: 'The workflow as the ComfyUI editor saves it ("Save" or "Export")',
	},
	{
		displayName: 'Workflow (API Format)',
		name: 'apiWorkflow',
		type: 'json',
		typeOptions: { rows: 5 },
		default: '',
		required: true,
		displayOptions: showFor('uploadWorkflow'),
		description:
			'The same workflow as the ComfyUI editor exports it with "Export (API)". ComfyUI Deploy runs this one.',
	},
	{
		displayName: 'Snapshot',
		name: 'snapshot',
		type: 'json',
		default: '{}',
		displayOptions: showFor('uploadWorkflow'),
		description: 'Optional: ComfyUI version and custom nodes, in the format of ComfyUI-Manager',
	},
];

const modelTypes = [
	{ name: 'Checkpoint', value: 'checkpoint' },
	{ name: 'ControlNet', value: 'controlnet' },
	{ name: 'Embedding', value: 'embedding' },
	{ name: 'LoRA', value: 'lora' },
	{ name: 'Upscaler', value: 'upscaler' },
	{ name: 'VAE', value: 'vae' },
];

/** Parameters of the operations of ComfyUI Serverless. */
const serverless: INodeProperties[] = [
	{
		displayName: 'Status',
		name: 'jobStatus',
		type: 'options',
		default: 'all',
		displayOptions: showFor('listJobs'),
		options: [
			{ name: 'All', value: 'all' },
			{ name: 'Cancelled', value: 'cancelled' },
			{ name: 'Completed', value: 'completed' },
			{ name: 'Failed', value: 'failed' },
			{ name: 'Pending', value: 'pending' },
			{ name: 'Running', value: 'running' },
		],
		description: 'Which jobs to list',
	},
	{
		displayName: 'Job ID',
		name: 'jobId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: showFor('retryJob'),
		description: 'The promptId of the failed job',
	},
	{
		displayName: 'Model Type',
		name: 'modelFilter',
		type: 'options',
		default: 'all',
		displayOptions: showFor('listServiceModels'),
		options: [{ name: 'All', value: 'all' }, ...modelTypes],
		description: 'Which models to list',
	},
	{
		displayName: 'Available Only',
		name: 'availableOnly',
		type: 'boolean',
		default: false,
		displayOptions: showFor('listServiceModels'),
		description: 'Whether to leave out models that are not on the disk of the service',
	},
	{
		displayName: 'Model Name',
		name: 'modelName',
		type: 'string',
		default: '',
		required: true,
		displayOptions: showFor('loadModel'),
		placeholder: 'e.g. sd_xl_base_1.0.safetensors',
	},
	{
		displayName: 'Model Type',
		name: 'modelType',
		type: 'options',
		default: 'checkpoint',
		displayOptions: showFor('loadModel'),
		options: modelTypes,
		description: 'The kind of the model',
	},
	{
		displayName: 'File ID',
		name: 'fileId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: showFor('getServiceFile'),
		description: 'The fileId that the operation "Upload File" returned',
	},
	{
		displayName: 'Download',
		name: 'download',
		type: 'boolean',
		default: true,
		displayOptions: showFor('getServiceFile'),
		description: 'Whether to also put the file into a binary field',
	},
	{
		displayName: 'Put Output File in Field',
		name: 'outputBinaryField',
		type: 'string',
		default: 'data',
		required: true,
		displayOptions: { show: { operation: ['getServiceFile'], download: [true] } },
		hint: 'The name of the output binary field to put the file in',
	},
	{
		displayName: 'Input Binary Field',
		name: 'inputBinaryField',
		type: 'string',
		default: 'data',
		required: true,
		displayOptions: showFor('uploadServiceFile'),
		hint: 'The name of the input binary field containing the file to be uploaded',
	},
	{
		displayName: 'Description',
		name: 'fileDescription',
		type: 'string',
		default: '',
		displayOptions: showFor('uploadServiceFile'),
		description: 'A text that is sent with the file. The published version of the service does not keep it.',
	},
];

const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	displayOptions: showFor('listNodeTypes'),
	options: [
		{
			displayName: 'Category',
			name: 'category',
			type: 'string',
			default: '',
			placeholder: 'e.g. sampling',
			description:
				'A category or the beginning of its path: "sampling" also matches "sampling/custom_sampling"',
		},
		{
			displayName: 'Include Deprecated',
			name: 'includeDeprecated',
			type: 'boolean',
			default: false,
			description: 'Whether to also list node types that their authors marked as deprecated',
		},
		{
			displayName: 'Output Nodes Only',
			name: 'outputNodesOnly',
			type: 'boolean',
			default: false,
			description: 'Whether to list only node types that save or show something',
		},
		{
			displayName: 'Text',
			name: 'text',
			type: 'string',
			default: '',
			placeholder: 'e.g. upscale model',
			description:
				'Words that must all occur in the class name, display name, description, category or aliases',
		},
	],
};

const lists = showFor(
	'getChoices',
	'listEmbeddings',
	'listJobs',
	'listModels',
	'listNodeTypes',
	'listServiceModels',
	'listWorkflowInputs',
);

const paging: INodeProperties[] = [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
		displayOptions: lists,
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { ...lists.show, returnAll: [false] } },
	},
];

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [],
};

const failIfNotOk: INodeProperties = {
	displayName: 'Fail If Not OK',
	name: 'failIfNotOk',
	type: 'boolean',
	default: false,
	description: 'Whether the node fails when the server cannot run the workflow',
};

const refresh: INodeProperties = {
	displayName: 'Refresh',
	name: 'refresh',
	type: 'boolean',
	default: false,
	description:
		'Whether to request the node types from the server again. Otherwise the node uses a response of the last ten minutes, in which models and nodes that were installed since then are missing.',
};

/** Parameters of Object Info, in the order of the editor. */
export const properties: INodeProperties[] = [
	hostProperty(hosts),
	...operationProperties,
	...deploy,
	...serverless,
	...choices,
	...sourceProperties(showFor('checkWorkflow', 'convertWorkflow', 'listWorkflowInputs')),
	...paging,
	filters,
	{
		...options,
		options: [refresh],
		displayOptions: showFor('convertWorkflow', 'listNodeTypes', 'listWorkflowInputs'),
	},
	{ ...options, options: [failIfNotOk, refresh], displayOptions: showFor('checkWorkflow') },
];
