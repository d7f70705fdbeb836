import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import { hostNames, type HostName } from '../shared/hosts/HostKind';
import { hostsWith } from '../shared/hosts/properties';

/**
 * The parameters "Resource" and "Operation". There is one of each for all hosts, and each choice is shown for the hosts that
 * have it, so that the node panel of n8n lists every action once.
 */

interface Operation {
	name: string;
	value: string;
	description: string;
	/** In the list of actions of the node panel. */
	action: string;
	hosts: readonly HostName[];
}

interface Resource {
	name: string;
	value: string;
	operations: Operation[];
}

/** The hosts whose servers can be administered. */
export const SELF_HOSTED = hostsWith('administration');
const WITH_SERVER = [...SELF_HOSTED, 'comfyCloud'] as const;

/** All resources and operations, in the order of the editor. */
export const resources: Resource[] = [
	{
		name: 'File',
		value: 'file',
		operations: [
			{
				name: 'Delete',
				value: 'delete',
				description: 'Delete a file from the list of assets',
				action: 'Delete a file',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Get',
				value: 'get',
				description: 'Get a file that is stored in the service, and its details',
				action: 'Get a file of the service',
				hosts: ['comfyServerless'],
			},
			{
				name: 'Get Many',
				value: 'getMany',
				description: 'Get the files in a folder of the server, newest first',
				action: 'Get many files',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Upload',
				value: 'upload',
				description: 'Store a file in the service. Workflows cannot load it.',
				action: 'Upload a file to the service',
				hosts: ['comfyServerless'],
			},
		],
	},
	{
		name: 'Job',
		value: 'job',
		operations: [
			{
				name: 'Cancel',
				value: 'cancel',
				description: 'Cancel jobs by their IDs, whether they are queued or running',
				action: 'Cancel jobs',
				hosts: hostsWith('cancel'),
			},
			{
				name: 'Clear History',
				value: 'clearHistory',
				description: 'Remove ended jobs from the history. Their files stay.',
				action: 'Clear the history',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Delete From History',
				value: 'deleteFromHistory',
				description: 'Remove some ended jobs from the history. Their files stay.',
				action: 'Delete jobs from the history',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Get',
				value: 'get',
				description: 'Get the state of a job, its times, files, texts and error',
				action: 'Get a job',
				hosts: hostNames,
			},
			{
				name: 'Get Many',
				value: 'getMany',
				description: 'Get queued, running and ended jobs, newest first',
				action: 'Get many jobs',
				hosts: [...SELF_HOSTED, 'comfyApiV2', 'comfyServerless'],
			},
			{
				name: 'Run Again',
				value: 'runAgain',
				description: 'Queue a job with the same inputs and new seeds',
				action: 'Run a job again',
				hosts: [...SELF_HOSTED, 'comfyServerless'],
			},
		],
	},
	{
		name: 'Model',
		value: 'model',
		operations: [
			{
				name: 'Get Many',
				value: 'getMany',
				description: 'Get the model files in a folder, with size and date where the server reports them',
				action: 'Get many models',
				hosts: [...WITH_SERVER, 'comfyServerless'],
			},
			{
				name: 'Get Metadata',
				value: 'getMetadata',
				description: 'Get the metadata in the header of a safetensors file',
				action: 'Get the metadata of a model',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Get Missing',
				value: 'getMissing',
				description: 'Get the models that a workflow uses and the server does not have',
				action: 'Get the missing models of a workflow',
				hosts: WITH_SERVER,
			},
			{
				name: 'Load',
				value: 'load',
				description: 'Load a model into memory before a job uses it',
				action: 'Load a model into memory',
				hosts: ['comfyServerless'],
			},
		],
	},
	{
		name: 'Queue',
		value: 'queue',
		operations: [
			{
				name: 'Cancel',
				value: 'cancel',
				description: 'Cancel the pending and running jobs of this n8n, or of everybody',
				action: 'Cancel the jobs of the queue',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Clear Pending',
				value: 'clearPending',
				description: 'Remove pending jobs. The running job goes on.',
				action: 'Clear the pending jobs of the queue',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Get Many',
				value: 'getMany',
				description: 'Get running and pending jobs, in the order in which they run',
				action: 'Get many jobs of the queue',
				hosts: WITH_SERVER,
			},
			{
				name: 'Move to Front',
				value: 'moveToFront',
				description: 'Run a pending job next. It gets a new ID, because it is submitted again.',
				action: 'Move a job to the front of the queue',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Put Back',
				value: 'putBack',
				description: 'Queue a job that Take Out returned. It gets a new ID.',
				action: 'Put a job back into the queue',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Take Out',
				value: 'takeOut',
				description:
					'Remove the pending jobs of this n8n and return them as items, which Put Back queues again',
				action: 'Take jobs out of the queue',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Wait Until Idle',
				value: 'waitUntilIdle',
				description: 'Wait until no job runs and none is pending',
				action: 'Wait until the queue is idle',
				hosts: WITH_SERVER,
			},
		],
	},
	{
		name: 'Saved Workflow',
		value: 'savedWorkflow',
		operations: [
			{
				name: 'Delete',
				value: 'delete',
				description: 'Delete a workflow that is saved on the server',
				action: 'Delete a saved workflow',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Get',
				value: 'get',
				description: 'Get a workflow that is saved on the server',
				action: 'Get a saved workflow',
				hosts: WITH_SERVER,
			},
			{
				name: 'Get Many',
				value: 'getMany',
				description: 'Get the workflows that are saved on the server, last modified first',
				action: 'Get many saved workflows',
				hosts: WITH_SERVER,
			},
			{
				name: 'Save',
				value: 'save',
				description: 'Save a workflow on the server, for the Workflows panel of the ComfyUI editor',
				action: 'Save a workflow on the server',
				hosts: SELF_HOSTED,
			},
		],
	},
	{
		name: 'Server',
		value: 'server',
		operations: [
			{
				name: 'Free Memory',
				value: 'freeMemory',
				description: 'Unload models, or empty all caches, when the server is idle',
				action: 'Free the memory of the server',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Get Health',
				value: 'getHealth',
				description: 'Get the state of the service',
				action: 'Get the health of the service',
				hosts: ['comfyServerless', 'runPod'],
			},
			{
				name: 'Get Logs',
				value: 'getLogs',
				description: 'Get the latest lines of the log',
				action: 'Get the log of the server',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Get Status',
				value: 'getStatus',
				description: 'Get version, queue, idle time and free memory in one flat item, for an IF node',
				action: 'Get the status of the server',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Interrupt Running',
				value: 'interrupt',
				description: 'Stop the job that runs, and name whose job it is',
				action: 'Interrupt the running job',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Restart',
				value: 'restart',
				description: 'Restart the server and wait until it is back. Needs the extension ComfyUI-Manager.',
				action: 'Restart the server',
				hosts: SELF_HOSTED,
			},
		],
	},
	{
		name: 'Template',
		value: 'template',
		operations: [
			{
				name: 'Get',
				value: 'get',
				description: 'Get a workflow that the server ships',
				action: 'Get a template',
				hosts: SELF_HOSTED,
			},
			{
				name: 'Get Many',
				value: 'getMany',
				description: 'Get the workflows that the server ships',
				action: 'Get many templates',
				hosts: SELF_HOSTED,
			},
		],
	},
	{
		name: 'User',
		value: 'user',
		operations: [
			{
				name: 'Get Many',
				value: 'getMany',
				description: 'Get the users of a server that was started with --multi-user',
				action: 'Get many users',
				hosts: SELF_HOSTED,
			},
		],
	},
	{
		name: 'Workflow Version',
		value: 'workflowVersion',
		operations: [
			{
				name: 'Get',
				value: 'get',
				description: 'Get a version of a workflow that is stored in ComfyUI Deploy, in both formats',
				action: 'Get a workflow version',
				hosts: ['comfyDeploy'],
			},
			{
				name: 'Upload',
				value: 'upload',
				description: 'Create a workflow in ComfyUI Deploy, or a new version of one',
				action: 'Upload a workflow version',
				hosts: ['comfyDeploy'],
			},
		],
	},
];

/** The choice is shown only for these hosts. n8n before 2.0 shows it for all, and the operation then says what is wrong. */
function forHosts(option: INodePropertyOptions, hosts: readonly HostName[]): INodePropertyOptions {
	const isForAll = hostNames.every((host) => hosts.includes(host));
	return isForAll ? option : { ...option, displayOptions: { show: { host: [...hosts] } } };
}

const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: '',
	options: [],
};

/** What changes nothing is chosen first. */
const INITIAL = ['getMany', 'getStatus', 'get', 'getHealth'];

/** The parameter of a resource, once for each default: not every host has the operation that is chosen first. */
function operationsOf({ value: resource, operations }: Resource): INodeProperties[] {
	const options = operations.map(({ hosts, ...option }) => forHosts(option, hosts));
	const byDefault = new Map<string, HostName[]>();
	for (const host of [...SELF_HOSTED, ...hostNames.filter((name) => !SELF_HOSTED.includes(name))]) {
		const offered = operations.filter(({ hosts }) => hosts.includes(host)).map(({ value }) => value);
		// A host without the resource has the parameter too: the host may be changed later, and the error then names the operation.
		const initial =
			INITIAL.find((value) => offered.includes(value)) ?? [...byDefault.keys()].at(0) ?? offered[0];
		byDefault.set(initial, [...(byDefault.get(initial) ?? []), host]);
	}
	return [...byDefault].map(([initial, host]) => ({
		...operation,
		default: initial,
		displayOptions: { show: { resource: [resource], host } },
		options,
	}));
}

/** The parameter "Resource", and one parameter "Operation" for each resource. */
export const operationProperties: INodeProperties[] = [
	{
		displayName: 'Resource',
		name: 'resource',
		type: 'options',
		noDataExpression: true,
		default: 'job',
		options: resources.map(({ name, value, operations }) =>
			forHosts(
				{ name, value },
				operations.flatMap(({ hosts }) => hosts),
			),
		),
	},
	...resources.flatMap(operationsOf),
];

/** Shows a parameter for operations of one resource. @param hosts only for these hosts */
export function showFor(resource: string, operations: string[], hosts?: string[]): IDisplayOptions {
	return { show: { resource: [resource], operation: operations, ...(hosts && { host: hosts }) } };
}
