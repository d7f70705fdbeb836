import type { INodeProperties, IDisplayOptions } from 'n8n-workflow';
import { deploymentProperties } from './deployment';

/**
 * Parameters that say where a workflow comes from.
 * @param show when to show them; always when left out
 * @param hide when not to
 */
export function sourceProperties({ show, hide }: IDisplayOptions = {}): INodeProperties[] {
	const hidden = hide && { hide };
	const when = (source: string): IDisplayOptions => ({
		...hidden,
		show: { ...show, workflowSource: [source] },
	});
	return [
		{
			displayName: 'Workflow Source',
			name: 'workflowSource',
			type: 'options',
			default: 'json',
			displayOptions: { ...(show && { show }), ...hidden },
			options: [
				{
					name: 'File',
					value: 'binary',
					description:
						'A JSON file in a binary field, or a picture, video, audio or model file that ComfyUI made',
				},
				{ name: 'JSON', value: 'json', description: 'Pasted, or from an expression' },
				{
					name: 'Saved on Server',
					value: 'server',
					description: 'A workflow that was saved in the ComfyUI editor',
				},
			],
			description: 'Where the workflow comes from',
		},
		{
			displayName: 'Workflow',
			name: 'workflow',
			type: 'json',
			typeOptions: { rows: 8 },
			default: '',
			required: true,
			displayOptions: when('json'),
			placeholder: 'e.g. {"3": {"class_type": "KSampler", "inputs": {...}}}',
			description:
				'The workflow as the ComfyUI editor saves or exports it ("Save", "Export" or "Export (API)"). POST bodies and history entries are recognised too.',
		},
		{
			displayName: 'Input Binary Field',
			name: 'workflowBinaryField',
			type: 'string',
			default: 'data',
			required: true,
			displayOptions: when('binary'),
			hint: 'The name of the input binary field that has the file with the workflow',
			description:
				'PNG, WebP, MP4, MOV, WebM, FLAC, MP3, Opus, GLB and safetensors files carry the workflow that made them, unless they were converted since',
		},
		{
			displayName: 'Saved Workflow',
			name: 'savedWorkflow',
			type: 'resourceLocator',
			default: { mode: 'list', value: '' },
			required: true,
			displayOptions: when('server'),
			description: 'A workflow of the ComfyUI user, as the Workflows panel of the editor lists it',
			modes: [
				{
					displayName: 'From List',
					name: 'list',
					type: 'list',
					placeholder: 'Select a workflow...',
					typeOptions: { searchListMethod: 'searchSavedWorkflows', searchable: true },
				},
				{ displayName: 'By Path', name: 'path', type: 'string', placeholder: 'e.g. portraits/flux.json' },
			],
		},
	];
}

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
const inputProperties: INodeProperties[] = [form, list, ...seed];

/** Parameters that say which workflow to run with which inputs; `Preparation` reads them. */
export const workflowProperties: INodeProperties[] = [
	...sourceProperties({ hide: { host: ['comfyDeploy'] } }),
	...deploymentProperties,
	...inputProperties,
];
