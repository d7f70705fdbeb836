import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { hostProperty } from '../shared/hosts/properties';
import { serviceProperties, type ServiceOperation } from '../shared/operations/serviceProperties';
import { sourceProperties } from '../shared/workflow/sourceProperties';
import { operationProperties, SELF_HOSTED, showFor } from './operationProperties';
import { optionProperties } from './optionProperties';

/** A choice from a list of the server, or by a text. */
const chosenFrom = (
	[searchListMethod, placeholder]: [method: string, placeholder: string],
	[displayName, name, example]: [displayName: string, name: string, placeholder: string],
): Pick<INodeProperties, 'modes'> => ({
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder,
			typeOptions: { searchListMethod, searchable: true },
		},
		{ displayName, name, type: 'string', placeholder: example },
	],
});

const poolServer: INodeProperties = {
	displayName: 'Server',
	name: 'poolServer',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	displayOptions: { show: { host: ['pool'] } },
	description:
		'The server of the pool to look after. Without one, the operation concerns all of them, or the one that has the job.',
	...chosenFrom(['searchServers', 'All servers'], ['By Name', 'name', 'e.g. gpu-1']),
};

/** A job: chosen from a list, or the job of the item. */
const promptId: INodeProperties = {
	displayName: 'Job',
	name: 'promptId',
	type: 'resourceLocator',
	default: { mode: 'id', value: '={{ $json.promptId }}' },
	required: true,
	description: 'The job, by its prompt ID',
};
const byPromptId: [string, string, string] = ['By ID', 'id', 'e.g. 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d'];

const promptIds: INodeProperties = {
	displayName: 'Job IDs',
	name: 'promptIds',
	type: 'string',
	default: '={{ $json.promptId }}',
	required: true,
	placeholder: 'e.g. 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d',
	description: 'The prompt IDs of the jobs. Several are separated by commas, or come as a list.',
};

const scope: INodeProperties = {
	displayName: 'Scope',
	name: 'scope',
	type: 'options',
	default: 'mine',
	options: [
		{
			name: "Everybody's",
			value: 'everybody',
			description: 'Also the jobs of the editor, of scripts and of other n8n on this server',
		},
		{ name: 'Only Mine', value: 'mine', description: 'Only jobs that nodes of this n8n queued' },
	],
	description: 'Whose jobs the operation may touch',
};

const jobs: INodeProperties[] = [
	{
		...promptId,
		displayOptions: {
			show: { resource: ['job'], operation: ['get', 'runAgain'] },
		},
		...chosenFrom(['searchJobs', 'Select a job...'], byPromptId),
	},
	{
		...promptId,
		displayOptions: showFor('queue', ['moveToFront']),
		...chosenFrom(['searchPendingJobs', 'Select a pending job...'], byPromptId),
	},
	{ ...promptIds, displayOptions: showFor('job', ['cancel', 'deleteFromHistory']) },
	{
		displayName: 'Seeds',
		name: 'seeds',
		type: 'options',
		default: 'randomize',
		displayOptions: showFor('job', ['runAgain'], SELF_HOSTED),
		options: [
			{ name: 'New', value: 'randomize', description: 'The job makes something else' },
			{
				name: 'Same',
				value: 'keep',
				description: 'The server answers from its cache if nothing else has changed',
			},
		],
		description: 'The seeds of the new job',
	},
	{
		displayName: 'Status',
		name: 'jobStatus',
		type: 'options',
		default: 'all',
		displayOptions: showFor('job', ['getMany'], SELF_HOSTED),
		options: [
			{ name: 'All', value: 'all' },
			{ name: 'Cancelled', value: 'cancelled' },
			{ name: 'Completed', value: 'completed' },
			{ name: 'Failed', value: 'failed' },
			{ name: 'Pending', value: 'pending' },
			{ name: 'Running', value: 'running' },
		],
		description: 'Which jobs to get',
	},
	{
		displayName: 'Job to Put Back',
		name: 'takenJob',
		type: 'json',
		default: '={{ $json.job }}',
		required: true,
		displayOptions: showFor('queue', ['putBack']),
		description: 'The field "job" of an item that Take Out returned',
	},
];

const scopes: INodeProperties[] = [
	['job', ['clearHistory']] as const,
	['queue', ['cancel', 'clearPending', 'moveToFront']] as const,
	['server', ['freeMemory', 'interrupt', 'restart']] as const,
].map(([resource, operations]) => ({ ...scope, displayOptions: showFor(resource, [...operations]) }));

const server: INodeProperties[] = [
	{
		displayName: 'Free',
		name: 'free',
		type: 'options',
		default: 'models',
		displayOptions: showFor('server', ['freeMemory']),
		options: [
			{
				name: 'Everything',
				value: 'everything',
				description: 'Also the results of nodes that later jobs would not compute again',
			},
			{ name: 'Models', value: 'models', description: 'Unload the models' },
		],
		description: 'What to free',
	},
	{
		displayName: 'Level',
		name: 'level',
		type: 'options',
		default: 'all',
		displayOptions: showFor('server', ['getLogs']),
		options: [
			{ name: 'All', value: 'all' },
			{ name: 'Errors', value: 'errors' },
			{ name: 'Errors and Warnings', value: 'warnings' },
		],
		description: 'Which lines to get. ComfyUI 0.3.10 to 0.6.0 write no levels.',
	},
];

const folder: INodeProperties = {
	displayName: 'Folder',
	name: 'folder',
	type: 'resourceLocator',
	default: { mode: 'list', value: '' },
	required: true,
	description: 'The kind of models: the name of their folder on the server',
	...chosenFrom(['searchModelFolders', 'Select a folder...'], ['By Name', 'id', 'e.g. checkpoints']),
};

const models: INodeProperties[] = [
	{ ...folder, displayOptions: showFor('model', ['getMetadata']) },
	{
		...folder,
		displayOptions: {
			show: { resource: ['model'], operation: ['getMany'], host: ['comfyCloud', ...SELF_HOSTED] },
		},
	},
	{
		displayName: 'Model',
		name: 'model',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		displayOptions: showFor('model', ['getMetadata']),
		typeOptions: { loadOptionsDependsOn: ['folder.value'] },
		description: 'A safetensors file',
		...chosenFrom(
			['searchModelFiles', 'Select a model...'],
			['By Name', 'id', 'e.g. sd_xl_base_1.0.safetensors'],
		),
	},
	...sourceProperties(showFor('model', ['getMissing'])),
];

const files: INodeProperties[] = [
	{
		displayName: 'Folder',
		name: 'fileType',
		type: 'options',
		default: 'output',
		displayOptions: showFor('file', ['getMany']),
		options: [
			{ name: 'Input', value: 'input', description: 'Uploaded files' },
			{ name: 'Output', value: 'output', description: 'Files that jobs saved' },
			{ name: 'Temp', value: 'temp', description: 'Previews. They are deleted when the server starts.' },
		],
		description: 'The folder of the server. ComfyUI before 0.3.64 lists only the output files.',
	},
	{
		displayName: 'File',
		name: 'assetId',
		type: 'resourceLocator',
		default: { mode: 'id', value: '={{ $json.assetId }}' },
		required: true,
		displayOptions: showFor('file', ['delete']),
		description: 'The file, by its asset ID. Servers that were started with --enable-assets have such IDs.',
		...chosenFrom(
			['searchFiles', 'Select a file...'],
			['By Asset ID', 'id', 'e.g. 49cfb0c1-bb1c-44cc-9aef-557c53bd2902'],
		),
	},
];

const workflows: INodeProperties[] = [
	{
		displayName: 'Saved Workflow',
		name: 'savedWorkflow',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		displayOptions: showFor('savedWorkflow', ['delete', 'get']),
		description: 'The workflow, as the Workflows panel of the ComfyUI editor shows it',
		...chosenFrom(
			['searchSavedWorkflows', 'Select a workflow...'],
			['By Path', 'path', 'e.g. portraits/flux.json'],
		),
	},
	{
		displayName: 'Path',
		name: 'path',
		type: 'string',
		default: '',
		required: true,
		displayOptions: showFor('savedWorkflow', ['save']),
		placeholder: 'e.g. portraits/flux',
		description: 'Name of the workflow, with its folders. Folders are created.',
	},
	{
		displayName: 'Content',
		name: 'content',
		type: 'json',
		typeOptions: { rows: 5 },
		default: '={{ $json.workflow }}',
		required: true,
		displayOptions: showFor('savedWorkflow', ['save']),
		description: 'The workflow, in the format of the editor or in API format',
	},
	{
		displayName: 'Overwrite',
		name: 'overwrite',
		type: 'boolean',
		default: false,
		displayOptions: showFor('savedWorkflow', ['save']),
		description: 'Whether to replace a workflow that has this path already',
	},
	{
		displayName: 'Template',
		name: 'template',
		type: 'resourceLocator',
		default: { mode: 'list', value: '' },
		required: true,
		displayOptions: showFor('template', ['get']),
		description: 'A workflow that the server ships',
		...chosenFrom(['searchTemplates', 'Select a template...'], ['By Name', 'name', 'e.g. flux_schnell']),
	},
];

/** Where the operations of services are. What they need in other ways than on a server has parameters of its own. */
const SERVICE_OPERATIONS: Record<ServiceOperation, IDisplayOptions> = {
	getHealth: showFor('server', ['getHealth']),
	getServiceFile: showFor('file', ['get']),
	getWorkflowVersion: showFor('workflowVersion', ['get']),
	listJobs: { show: { resource: ['job'], operation: ['getMany'], host: ['comfyApiV2', 'comfyServerless'] } },
	listServiceModels: showFor('model', ['getMany'], ['comfyServerless']),
	loadModel: showFor('model', ['load']),
	retryJob: { show: {} },
	uploadServiceFile: showFor('file', ['upload']),
	uploadWorkflow: showFor('workflowVersion', ['upload']),
};

const paged: IDisplayOptions['show'][] = [
	{ operation: ['getMany'] },
	{ resource: ['server'], operation: ['getLogs'] },
	{ resource: ['queue'], operation: ['takeOut'] },
];

const paging: INodeProperties[] = paged.flatMap((show) => [
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
		displayOptions: { show },
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { ...show, returnAll: [false] } },
	},
]);

/** Parameters of ComfyUI Server, in the order of the editor. */
export const properties: INodeProperties[] = [
	hostProperty(),
	...operationProperties,
	poolServer,
	...scopes,
	...jobs,
	...server,
	...models,
	...files,
	...workflows,
	...serviceProperties((name) => SERVICE_OPERATIONS[name]).filter(({ name }) => name !== 'jobId'),
	...paging,
	...optionProperties,
];
