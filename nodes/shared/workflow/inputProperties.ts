import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/** Deployments have inputs of their own. */
const displayOptions: IDisplayOptions = { hide: { host: ['comfyDeploy'] } };

/** The form: a field for each input of the workflow. */
const form: INodeProperties = {
	displayName: 'Workflow Inputs',
	name: 'workflowInputs',
	type: 'resourceMapper',
	noDataExpression: true,
	displayOptions,
	default: { mappingMode: 'defineBelow', value: null },
	typeOptions: {
		loadOptionsDependsOn: ['host', 'workflowSource', 'workflow', 'savedWorkflow.value'],
		resourceMapper: {
			resourceMapperMethod: 'workflowInputs',
			mode: 'add',
			valuesLabel: 'Workflow Inputs',
			fieldWords: { singular: 'input', plural: 'inputs' },
			supportAutoMap: false,
			allowEmptyValues: true,
		},
	},
	description:
		'Values for this item. What is left as it is stays as it is in the workflow. For a picture, enter the name of a binary field of the item to upload it, or of a file on the server.',
};

/** The free list, for inputs that are known only when the node runs. */
const list: INodeProperties = {
	displayName: 'Inputs to Set',
	name: 'inputs',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	default: {},
	placeholder: 'Add Input',
	displayOptions,
	description:
		'Values to put into the workflow, whatever it is; quotes and line breaks need no escaping here. They win over "Workflow Inputs".',
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
						'ID or title of the node in the workflow; its class also does when only one node has it. 6.text names node and input in one.',
				},
				{
					displayName: 'Input Name',
					name: 'input',
					type: 'string',
					default: '',
					placeholder: 'e.g. text',
					description: 'Name of the input. Leave empty when "Node" names it too.',
				},
				{
					displayName: 'Type',
					name: 'type',
					type: 'options',
					default: 'auto',
					options: [
						{ name: 'Automatic', value: 'auto', description: 'As the server declares the input' },
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
					description:
						'For an input that takes a file: the name of a binary field of the item, which is uploaded, or of a file on the server',
				},
			],
		},
	],
};

const seed: INodeProperties[] = [
	{
		displayName: 'Seed',
		name: 'seedMode',
		type: 'options',
		displayOptions,
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
		displayOptions: { ...displayOptions, show: { seedMode: ['fixed'] } },
		description: 'Seed of the first item; the second item gets the next number, and so on',
	},
];

/** Parameters for what goes into a workflow. */
export const inputProperties: INodeProperties[] = [form, list, ...seed];
