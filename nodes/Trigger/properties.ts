import type { INodeProperties } from 'n8n-workflow';
import { filters, outputProperties } from '../shared/files/properties';
import { hostProperty, hostsWith, showWhen } from '../shared/hosts/properties';

/** The hosts that list the jobs of all clients. */
export const hosts = hostsWith('watch');

const FILES = ['separate', 'together'];

/** How files are stored: the parameters of the other nodes, without the choice between one item and several. */
const fileProperties = [...outputProperties.filter(({ name }) => name !== 'output'), filters].map(
	(property): INodeProperties => ({
		...property,
		displayOptions: { show: { ...property.displayOptions?.show, output: FILES } },
	}),
);

/** Parameters of the trigger. */
export const properties: INodeProperties[] = [
	hostProperty(hosts),
	{
		displayName: 'Events',
		name: 'events',
		type: 'multiOptions',
		default: ['finished'],
		required: true,
		options: [
			{ name: 'Job Cancelled', value: 'cancelled', description: 'A job was interrupted while it ran' },
			{ name: 'Job Failed', value: 'failed', description: 'A node of the workflow failed' },
			{ name: 'Job Finished', value: 'finished', description: 'A job ended well' },
			{ name: 'Job Started', value: 'started', description: 'A job left the queue and runs' },
			{ name: 'Queue Empty', value: 'queueEmpty', description: 'The last job of the queue ended' },
			{ name: 'Server Offline', value: 'offline', description: 'The server can no longer be reached' },
			{ name: 'Server Online', value: 'online', description: 'The server can be reached again' },
		],
		description: 'What starts the workflow',
	},
	{
		displayName: 'From',
		name: 'from',
		type: 'options',
		default: 'any',
		displayOptions: showWhen('clientIds'),
		options: [
			{
				name: 'All But This Instance',
				value: 'others',
				description: 'Jobs of the editor, of scripts and of other n8n. A workflow cannot start itself.',
			},
			{ name: 'Any Client', value: 'any', description: 'Jobs of all clients' },
			{ name: 'Only This Instance', value: 'mine', description: 'Jobs that nodes of this n8n queued' },
		],
		description: 'Whose jobs start the workflow',
	},
	{
		displayName: 'Workflow ID',
		name: 'workflowId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 5a1f9a6e-0a43-4a2c-9d3b-0b2b7f1f6a10',
		displayOptions: { show: { host: ['comfyDeploy'] } },
		description:
			'The workflow whose runs start this workflow. It is in the address of its page in ComfyUI Deploy.',
	},
	{
		displayName: 'Workflow',
		name: 'workflow',
		type: 'options',
		default: 'any',
		displayOptions: showWhen('catalogue'),
		options: [
			{ name: 'Any', value: 'any', description: 'Jobs of all workflows' },
			{
				name: 'Saved Workflow',
				value: 'id',
				description: 'Jobs that the editor queued from one saved workflow',
			},
			{
				name: 'With a Node Type',
				value: 'nodeType',
				description: 'Jobs whose workflow contains a type of node',
			},
		],
		description: 'Which jobs start the workflow',
	},
	{
		displayName: 'Saved Workflow ID',
		name: 'savedWorkflowId',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. 0c2e5f7a-6e1e-4b7a-8d0e-0e4b4e3a9f51',
		displayOptions: { show: { ...showWhen('catalogue').show, workflow: ['id'] } },
		description: 'The ID that the editor stored in the file of the workflow',
	},
	{
		displayName: 'Node Type',
		name: 'nodeType',
		type: 'string',
		default: '',
		required: true,
		placeholder: 'e.g. SaveVideo',
		displayOptions: { show: { ...showWhen('catalogue').show, workflow: ['nodeType'] } },
		description: 'The class of a node, as the API format has it. Several are separated by commas.',
	},
	{
		displayName: 'Output',
		name: 'output',
		type: 'options',
		default: 'facts',
		options: [
			{ name: 'All Files in One Item', value: 'together', description: 'One binary field per file' },
			{
				name: 'Facts of the Job',
				value: 'facts',
				description: 'What ComfyUI Wait For Completion returns: IDs, times, files and texts',
			},
			{ name: 'One Item per File', value: 'separate', description: 'Each file in a separate item' },
		],
		description: 'What to return for a job that has ended',
	},
	...fileProperties,
	{
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		default: {},
		placeholder: 'Add option',
		options: [
			{
				displayName: 'Batch Within (Seconds)',
				name: 'batchSeconds',
				type: 'number',
				typeOptions: { minValue: 0, maxValue: 3600 },
				default: 10,
				description:
					'Start one execution for all events of so many seconds, counted from the first. 0 starts one for each event.',
			},
			{
				displayName: 'Catch Up',
				name: 'catchUp',
				type: 'boolean',
				default: true,
				description:
					'Whether to also start for what happened while n8n was not running or the workflow was not active. What happened before the workflow was active for the first time never starts it.',
			},
			{
				displayName: 'Include Raw Outputs',
				name: 'includeRawOutputs',
				type: 'boolean',
				default: false,
				description: 'Whether to add the unchanged output of each workflow node to the facts',
			},
			{
				displayName: 'Polling Interval (Seconds)',
				name: 'pollSeconds',
				type: 'number',
				typeOptions: { minValue: 1, maxValue: 3600 },
				default: 10,
				description:
					'How often to ask a host that sends no events. With events, the workflow starts at once.',
			},
		],
	},
];
