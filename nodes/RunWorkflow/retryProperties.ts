import type { INodeProperties } from 'n8n-workflow';

/** What to do when a job fails for a reason that can pass. */
export const retry: INodeProperties = {
	displayName: 'Retry',
	name: 'retry',
	type: 'collection',
	default: {},
	placeholder: 'Add setting',
	description:
		'Jobs are run again when the server was restarted, was not reached or was too busy; never when they were refused, interrupted or removed from the queue',
	options: [
		{
			displayName: 'Retries',
			name: 'retries',
			type: 'number',
			typeOptions: { minValue: 0, numberPrecision: 0 },
			default: 2,
			description: 'How often to try again at the most',
		},
		{
			displayName: 'Retry Failed Nodes',
			name: 'failedNodes',
			type: 'boolean',
			default: false,
			description:
				'Whether to also run a job again when one of its nodes failed, as when the memory of the GPU was used up',
		},
		{
			displayName: 'Retry Wait (Seconds)',
			name: 'wait',
			type: 'number',
			typeOptions: { minValue: 0 },
			default: 5,
			description:
				'About how long to wait before the first retry. It doubles with each further one, up to 60 seconds; a longer time that the server asks for is kept.',
		},
	],
};
