import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';
import { SELF_HOSTED, showFor } from './operationProperties';

const options = (show: IDisplayOptions, members: INodeProperties[]): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	displayOptions: show,
	options: members,
});

const timeout = (seconds: number, description: string): INodeProperties => ({
	displayName: 'Timeout (Seconds)',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: seconds,
	description,
});

/** The collection "Options" of each operation that has one. */
export const optionProperties: INodeProperties[] = [
	options(showFor('job', ['get']), [
		{
			displayName: 'Include Raw Outputs',
			name: 'includeRawOutputs',
			type: 'boolean',
			default: false,
			description: 'Whether to add the unchanged output of each workflow node',
		},
		{
			displayName: 'Include Workflow',
			name: 'includeWorkflow',
			type: 'boolean',
			default: false,
			description: 'Whether to add the workflow that the job ran, as text with all digits of its seeds',
		},
	]),
	options(showFor('job', ['getMany'], SELF_HOSTED), [
		{
			displayName: 'Workflow ID',
			name: 'workflowId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 0c2e5f7a-6e1e-4b7a-8d0e-0e4b4e3a9f51',
			description: 'Only jobs of this workflow: the ID that the editor stored in its file',
		},
	]),
	options(showFor('queue', ['waitUntilIdle']), [
		{
			displayName: 'Idle For (Seconds)',
			name: 'idleFor',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 30,
			description: 'How long the queue has to stay empty. Default: 0.',
		},
		{
			displayName: 'On Timeout',
			name: 'onTimeout',
			type: 'options',
			default: 'fail',
			options: [
				{ name: 'Fail', value: 'fail' },
				{ name: 'Return State', value: 'return', description: 'An item with "idle": false' },
			],
			description: 'What to do when the queue is not idle in time',
		},
		timeout(3600, 'How long to wait'),
	]),
	options(showFor('server', ['freeMemory']), [
		timeout(3600, "How long to wait for an idle server. With the scope Everybody's, the node does not wait."),
	]),
	options(showFor('server', ['restart']), [
		timeout(300, 'How long the server may take to come back. Custom nodes make its start slow.'),
	]),
];
