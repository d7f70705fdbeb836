import type { INodeProperties } from 'n8n-workflow';
import type { HostName } from '../shared/hosts/HostKind';
import { serviceProperties, serviceOperations } from './services/properties';
import { hostProperty } from '../shared/hosts/hostKinds';
import { sourceProperties } from '../shared/workflow/properties';

/** What to ask the server. */
const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { host: ['comfyCloud', 'selfHosted'] } },
	default: 'listNodeTypes',
	options: [
		{
			name: 'Check Workflow',
			value: 'checkWorkflow',
			description:
				'Find out whether the server can run a workflow, and which nodes, models, files or inputs are in the way',
			action: 'Check a workflow',
		},
		{
			name: 'Convert Workflow',
			value: 'convertWorkflow',
			description: "Turn a workflow in the editor's format, or one that a file carries, into API format",
			action: 'Convert a workflow to API format',
		},
		{
			name: 'Describe Node',
			value: 'describeNode',
			description: 'Get the inputs, outputs, defaults and ranges of a node type',
			action: 'Describe a node type',
		},
		{
			name: 'Get Choices',
			value: 'getChoices',
			description: 'Get what an input offers, such as checkpoints, LoRAs or samplers, one item each',
			action: 'Get the choices of an input',
		},
		{
			name: 'Get Server Information',
			value: 'getServerInformation',
			description: 'Get version, GPUs with free memory, abilities and the number of queued jobs',
			action: 'Get server information',
		},
		{
			name: 'List Embeddings',
			value: 'listEmbeddings',
			description: 'List the embeddings that prompts can use, one item each',
			action: 'List embeddings',
		},
		{
			name: 'List Models',
			value: 'listModels',
			description: 'List the model files in a folder, one item each',
			action: 'List models',
		},
		{
			name: 'List Node Types',
			value: 'listNodeTypes',
			description: 'List the installed node types, one item each',
			action: 'List node types',
		},
		{
			name: 'List Workflow Inputs',
			value: 'listWorkflowInputs',
			description: 'List what can be set in a workflow, with types, values and choices, one item each',
			action: 'List the inputs of a workflow',
		},
	],
};

/** Parameters whose value is chosen from a list that the server fills. */

const nodeType: INodeProperties = {
	displayName: 'Node Type',
	name: 'nodeType',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The class of the node, as class_type in a workflow names it',
	displayOptions: { show: { operation: ['describeNode', 'getChoices'] } },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Select a node type...',
			typeOptions: { searchListMethod: 'searchNodeTypes', searchable: true },
		},
		{ displayName: 'By Class Name', name: 'id', type: 'string', placeholder: 'e.g. CheckpointLoaderSimple' },
	],
};

const input: INodeProperties = {
	displayName: 'Input',
	name: 'input',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The input of the node type whose choices to get',
	typeOptions: { loadOptionsDependsOn: ['nodeType.value'] },
	displayOptions: { show: { operation: ['getChoices'] } },
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
};

const folder: INodeProperties = {
	displayName: 'Folder',
	name: 'folder',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The kind of models to list, by the name of their folder on the server',
	displayOptions: { show: { operation: ['listModels'] } },
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
};

const filters: INodeProperties = {
	displayName: 'Filters',
	name: 'filters',
	type: 'collection',
	placeholder: 'Add Filter',
	default: {},
	displayOptions: { show: { operation: ['listNodeTypes'] } },
	options: [
		{
			displayName: 'Category',
			name: 'category',
			type: 'string',
			default: '',
			placeholder: 'e.g. sampling',
			description: 'Category or the beginning of its path; sampling also finds sampling/custom_sampling',
		},
		{
			displayName: 'Include Deprecated',
			name: 'includeDeprecated',
			type: 'boolean',
			default: false,
			description: 'Whether to list node types whose authors advise against them too',
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
			description: 'Words that all occur in the class name, display name, description, category or aliases',
		},
	],
};

const lists = {
	show: {
		operation: [
			'getChoices',
			'listEmbeddings',
			'listJobs',
			'listModels',
			'listNodeTypes',
			'listServiceModels',
			'listWorkflowInputs',
		],
	},
};

const returnAll: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
	displayOptions: lists,
};

const limit: INodeProperties = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
	displayOptions: { show: { ...lists.show, returnAll: [false] } },
};

const refresh: INodeProperties = {
	displayName: 'Refresh',
	name: 'refresh',
	type: 'boolean',
	default: false,
	description:
		'Whether to ask the server for its node types anew. Otherwise an answer of the last ten minutes is used, which can miss models and nodes that were installed since.',
};

const failIfNotOk: INodeProperties = {
	displayName: 'Fail If Not OK',
	name: 'failIfNotOk',
	type: 'boolean',
	default: false,
	description: 'Whether the node stops with an error when the server cannot run the workflow',
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: [],
};

/** The Comfy API v2 tells nothing of what it has. */
export const hosts: HostName[] = ['comfyCloud', 'comfyDeploy', 'comfyServerless', 'runPod', 'selfHosted'];

/** The parameters of the node, in the order of the editor. */
export const properties: INodeProperties[] = [
	hostProperty(hosts),
	operation,
	...serviceOperations,
	...serviceProperties,
	nodeType,
	input,
	folder,
	...sourceProperties({ show: { operation: ['checkWorkflow', 'convertWorkflow', 'listWorkflowInputs'] } }),
	returnAll,
	limit,
	filters,
	{
		...options,
		options: [refresh],
		displayOptions: { show: { operation: ['convertWorkflow', 'listNodeTypes', 'listWorkflowInputs'] } },
	},
	{ ...options, options: [failIfNotOk, refresh], displayOptions: { show: { operation: ['checkWorkflow'] } } },
];
