import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { hostProperty } from '../shared/hosts/properties';
import { sourceProperties } from '../shared/workflow/sourceProperties';
import { serviceProperties } from '../shared/operations/serviceProperties';
import { FIRST_VERSION, hosts, operationProperties, serverHosts } from './operationProperties';

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
	{ ...hostProperty(serverHosts), displayOptions: { hide: FIRST_VERSION } },
	{ ...hostProperty(hosts), displayOptions: { show: FIRST_VERSION } },
	...operationProperties,
	...serviceProperties((name) => ({ show: { ...FIRST_VERSION, operation: [name] } })),
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
