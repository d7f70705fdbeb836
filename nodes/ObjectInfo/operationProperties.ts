import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { hostNames, type HostName } from '../shared/hosts/HostKind';
import { hostsWith } from '../shared/hosts/properties';

/** The parameter "Operation": which operations each host has. */

/** Nodes that were saved before ComfyUI Server existed. */
export const FIRST_VERSION = { '@version': [1] };

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: '',
	options: [],
};

/** Operations of hosts with the interface of a ComfyUI server. */
const server: INodeProperties = {
	...operation,
	displayOptions: { show: { host: hostsWith('catalogue') } },
	default: 'listNodeTypes',
	options: [
		{
			name: 'Check Workflow',
			value: 'checkWorkflow',
			description:
				'Check whether the server can run a workflow, and get the nodes, models, files and inputs that prevent it',
			action: 'Check a workflow',
		},
		{
			name: 'Convert Workflow',
			value: 'convertWorkflow',
			description: 'Convert a workflow from editor format, or the workflow in a file, to API format',
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
			description: 'Get the choices of an input, such as checkpoints, LoRAs or samplers, one item each',
			action: 'Get the choices of an input',
		},
		{
			name: 'Get Server Information',
			value: 'getServerInformation',
			description:
				'Get the version, the GPUs with their free memory, the features and the number of queued jobs',
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
			description: 'List the inputs of a workflow with their types, values and choices, one item each',
			action: 'List the inputs of a workflow',
		},
	],
};

const health: INodePropertyOptions = {
	name: 'Get Health',
	value: 'getHealth',
	description: 'Get the state of the service',
	action: 'Get the health of the service',
};

const listJobs: INodePropertyOptions = {
	name: 'List Jobs',
	value: 'listJobs',
	description: 'List the jobs of the account, newest first, one item each',
	action: 'List jobs',
};

/** Operations that only one service has. Since version 1.1 they are in ComfyUI Server. */
const services = {
	comfyApiV2: { default: 'listJobs', options: [listJobs] },
	comfyDeploy: {
		default: 'getWorkflowVersion',
		options: [
			{
				name: 'Get Workflow Version',
				value: 'getWorkflowVersion',
				description: 'Get a version of a workflow that is stored in ComfyUI Deploy, in both formats',
				action: 'Get a workflow version',
			},
			{
				name: 'Upload Workflow',
				value: 'uploadWorkflow',
				description: 'Create a workflow in ComfyUI Deploy, or a new version of one',
				action: 'Upload a workflow',
			},
		],
	},
	comfyServerless: {
		default: 'listJobs',
		options: [
			{
				name: 'Get File',
				value: 'getServiceFile',
				description: 'Get a file that is stored in the service, and its details',
				action: 'Get a file',
			},
			health,
			listJobs,
			{
				name: 'List Models',
				value: 'listServiceModels',
				description: 'List the models on the disk of the service, one item each',
				action: 'List models',
			},
			{
				name: 'Load Model',
				value: 'loadModel',
				description: 'Load a model into memory before a job uses it',
				action: 'Load a model',
			},
			{
				name: 'Retry Job',
				value: 'retryJob',
				description: 'Run a failed job again, as a new job',
				action: 'Retry a job',
			},
			{
				name: 'Upload File',
				value: 'uploadServiceFile',
				description: 'Store a file in the service. Workflows cannot load it.',
				action: 'Upload a file',
			},
		],
	},
	runPod: { default: 'getHealth', options: [health] },
} satisfies Partial<Record<HostName, Pick<INodeProperties, 'default' | 'options'>>>;

/** One parameter for each set of operations; n8n shows the one of the host. */
export const operationProperties: INodeProperties[] = [
	server,
	...Object.entries(services).map(([host, own]) => ({
		...operation,
		...own,
		displayOptions: { show: { ...FIRST_VERSION, host: [host] } },
	})),
];

/** The hosts with the interface of a ComfyUI server. */
export const serverHosts: HostName[] = hostsWith('catalogue');

/** The hosts that have operations in the first version. */
export const hosts: HostName[] = hostNames.filter(
	(host) => serverHosts.includes(host) || Object.hasOwn(services, host),
);
