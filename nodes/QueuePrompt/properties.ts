import type { INodeProperties } from 'n8n-workflow';

const inputsToSet: INodeProperties = {
	displayName: 'Inputs to Set',
	name: 'inputs',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	default: {},
	placeholder: 'Add Input',
	description: 'Values to put into the workflow; quotes and line breaks need no escaping here',
	options: [
		{
			displayName: 'Input',
			name: 'values',
			values: [
				{
					displayName: 'Node',
					name: 'node',
					type: 'string',
					default: '',
					required: true,
					placeholder: 'e.g. 6 or Positive Prompt',
					description:
						'ID or title of the node in the workflow; its class also does when only one node has it',
				},
				{
					displayName: 'Input Name',
					name: 'input',
					type: 'string',
					default: '',
					required: true,
					placeholder: 'e.g. text',
					description: 'Name of the input, as in the exported workflow',
				},
				{
					displayName: 'Type',
					name: 'type',
					type: 'options',
					default: 'auto',
					options: [
						{ name: 'Automatic', value: 'auto', description: 'Like the value it replaces' },
						{ name: 'Boolean', value: 'boolean' },
						{ name: 'JSON', value: 'json', description: 'A list, an object or a connection' },
						{ name: 'Number', value: 'number' },
						{ name: 'Text', value: 'string' },
					],
				},
				{
					displayName: 'Value',
					name: 'value',
					type: 'string',
					typeOptions: { rows: 2 },
					default: '',
					placeholder: 'e.g. a lighthouse in a storm',
				},
			],
		},
	],
};

const options: INodeProperties = {
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	default: {},
	placeholder: 'Add option',
	options: [
		{
			displayName: 'Client ID',
			name: 'clientId',
			type: 'string',
			default: '',
			description: 'Whose events the job belongs to. Leave empty to have one made for this execution.',
		},
		{
			displayName: 'Embed UI Workflow',
			name: 'embedWorkflow',
			type: 'json',
			default: '{}',
			description:
				'The editor format of the workflow, written into the files that are made, so that they can be dropped into the ComfyUI editor',
		},
		{
			displayName: 'Extra Data',
			name: 'extraData',
			type: 'json',
			default: '{}',
			description: 'Further members of extra_data, such as {"preview_method": "auto"}',
		},
		{
			displayName: 'Front of Queue',
			name: 'front',
			type: 'boolean',
			default: false,
			description: 'Whether to run before everything that is queued so far',
		},
		{
			displayName: 'On Partial Errors',
			name: 'onPartialErrors',
			type: 'options',
			default: 'warn',
			options: [
				{ name: 'Fail', value: 'fail', description: 'Take the job back and report what was refused' },
				{ name: 'Warn', value: 'warn', description: 'Run what can run and list the rest in nodeErrors' },
			],
			description: 'What to do when the server accepts only some of the outputs',
		},
		{
			displayName: 'Output Nodes to Run',
			name: 'outputNodes',
			type: 'string',
			default: '',
			placeholder: 'e.g. 9, Save Upscaled',
			description:
				'Comma-separated IDs or titles of output nodes. Leave empty to run all. Needs ComfyUI 0.3.48.',
		},
		{
			displayName: 'Priority Number',
			name: 'number',
			type: 'number',
			default: 0,
			description: 'Explicit place in the queue: lower runs first. Never use the same number twice.',
		},
		{
			displayName: 'Prompt ID',
			name: 'promptId',
			type: 'string',
			default: '',
			placeholder: 'e.g. 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d',
			description: 'A lower-case UUID of your own. Leave empty to have one made; never use one twice.',
		},
	],
};

/** Parameters of Queue Prompt. */
export const properties: INodeProperties[] = [
	{
		displayName: 'Workflow',
		name: 'workflow',
		type: 'json',
		typeOptions: { rows: 8 },
		default: '',
		required: true,
		placeholder: 'e.g. {"3": {"class_type": "KSampler", "inputs": {...}}}',
		description:
			'The workflow in API format: choose "Export (API)" in the Workflow menu of the ComfyUI editor. POST bodies and history entries are recognised too.',
	},
	inputsToSet,
	{
		displayName: 'Seed',
		name: 'seedMode',
		type: 'options',
		default: 'randomize',
		options: [
			{ name: 'Fixed', value: 'fixed', description: 'A seed of your own plus the index of the item' },
			{ name: 'Keep', value: 'keep', description: 'The seeds that are in the workflow' },
			{ name: 'Randomize', value: 'randomize', description: 'A new seed for each item' },
		],
		description:
			'What to do with the seeds of the workflow. With the same seed and inputs ComfyUI runs nothing and points at the files of the earlier run.',
	},
	{
		displayName: 'Seed Value',
		name: 'seed',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 0,
		displayOptions: { show: { seedMode: ['fixed'] } },
		description: 'Seed of the first item; the second item gets the next number, and so on',
	},
	options,
];
