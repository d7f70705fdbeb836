import type { INodeProperties } from 'n8n-workflow';
import type { HostName } from '../shared/hosts/HostKind';
import { hostProperty } from '../shared/hosts/property';
import { sourceProperties } from '../shared/workflow/sourceProperties';
import { folder, input, nodeType } from './locators';
import { operation } from './operation';
import { serviceOperations } from './services/operation';
import { serviceProperties } from './services/properties';

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
