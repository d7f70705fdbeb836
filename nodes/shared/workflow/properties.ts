import type { INodeProperties } from 'n8n-workflow';
import { fileOptions } from '../files/properties';
import {
	runsDeployments,
	showOptionFor,
	showOptionWhen,
	showWhen,
	takesWorkflows,
} from '../hosts/properties';
import { modelFamilyOption, modelProperties, roleProperties, runSourceProperties } from './sourceProperties';

/** Parameters of hosts that run workflows which were deployed there. */
const deploymentProperties: INodeProperties[] = [
	{
		displayName: 'Deployment ID',
		name: 'deploymentId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: showWhen(runsDeployments),
		placeholder: 'e.g. 0f9a3c1e-7b52-4a6d-9c58-2f3f0f6f5b1a',
		description: 'ID of the deployment to run, as shown on its page in ComfyUI Deploy or RunComfy',
	},
	{
		displayName: 'Deployment Inputs',
		name: 'deploymentInputs',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		default: {},
		placeholder: 'Add Input',
		displayOptions: showWhen(runsDeployments),
		description:
			'Values for the external inputs of the workflow; on RunComfy, for any inputs of its nodes. Inputs that are not listed keep their defaults.',
		options: [
			{
				displayName: 'Input',
				name: 'values',
				values: [
					{
						displayName: 'Input ID',
						name: 'name',
						type: 'string',
						default: '',
						required: true,
						placeholder: 'e.g. positive_prompt',
						description:
							'The input_id of the external input node. On RunComfy: the ID of a node and the name of its input, such as 6.text.',
					},
					{
						displayName: 'Type',
						name: 'type',
						type: 'options',
						default: 'auto',
						options: [
							{ name: 'As Given', value: 'auto', description: 'The result of an expression keeps its type' },
							{ name: 'Boolean', value: 'boolean' },
							{
								name: 'File',
								value: 'file',
								description:
									'A binary field of the item: the file is uploaded, and the input gets its URL. RunComfy gets the file with the job.',
							},
							{ name: 'JSON', value: 'json' },
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
						description: 'For a file: the name of the binary field',
					},
				],
			},
		],
	},
];

/** The form: one field for each input of the workflow. */
const form: INodeProperties = {
	displayName: 'Workflow Inputs',
	name: 'workflowInputs',
	type: 'resourceMapper',
	noDataExpression: true,
	displayOptions: showWhen(takesWorkflows),
	default: { mappingMode: 'defineBelow', value: null },
	typeOptions: {
		loadOptionsDependsOn: [
			'host',
			'workflowSource',
			'workflow',
			'savedWorkflow.value',
			'template.value',
			'checkpoint.value',
			'upscaleModel.value',
			'options.modelFamily',
		],
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
		'Values for this item. Fields that you do not change keep the value of the workflow. For an image, enter the name of a binary field of the item to upload it, or the name of a file on the server.',
};

/** The list for inputs that are known only when the node runs. */
const list: INodeProperties = {
	displayName: 'Inputs to Set',
	name: 'inputs',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true, sortable: true },
	default: {},
	placeholder: 'Add Input',
	displayOptions: showWhen(takesWorkflows),
	description:
		'Values to set in the workflow, from whatever source it comes. Quotes and line breaks need no escaping. These values override "Workflow Inputs".',
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
						'ID or title of the node in the workflow, or its class when only one node has this class. "6.text" names the node and the input together.',
				},
				{
					displayName: 'Input Name',
					name: 'input',
					type: 'string',
					default: '',
					placeholder: 'e.g. text',
					description: 'Name of the input. Leave empty when "Node" also names the input.',
				},
				{
					displayName: 'Type',
					name: 'type',
					type: 'options',
					default: 'auto',
					options: [
						{
							name: 'Automatic',
							value: 'auto',
							description: 'The type that the server declares for the input',
						},
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
						'For an input that takes a file: the name of a binary field of the item to upload, or the name of a file on the server',
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
		displayOptions: showWhen(takesWorkflows),
		default: 'randomize',
		options: [
			{ name: 'Fixed', value: 'fixed', description: 'The seed value plus the index of the item' },
			{ name: 'Keep', value: 'keep', description: 'The seeds that are in the workflow' },
			{ name: 'Randomize', value: 'randomize', description: 'A new seed for each item' },
		],
		description:
			'How to set the seeds of the workflow. When seed and inputs are the same as in an earlier run, ComfyUI does not run again and returns the files of that run.',
	},
	{
		displayName: 'Seed Value',
		name: 'seed',
		type: 'number',
		typeOptions: { minValue: 0, numberPrecision: 0 },
		default: 0,
		displayOptions: { show: { ...showWhen(takesWorkflows).show, seedMode: ['fixed'] } },
		description: 'Seed of the first item; the second item gets the next number, and so on',
	},
];

/** Parameters that say which workflow to run with which inputs; `JobPreparer` reads them. */
export const workflowProperties: INodeProperties[] = [
	...runSourceProperties(showWhen(takesWorkflows)),
	...roleProperties(showWhen(takesWorkflows)),
	...modelProperties(showWhen(takesWorkflows)),
	...deploymentProperties,
	form,
	list,
	...seed,
];

/** Members of the options collection that say how to make a job. Each node sorts them by name among its own. */
export const jobOptionProperties = {
	check: {
		displayName: 'Check Before Sending',
		name: 'checkWorkflow',
		type: 'boolean',
		default: true,
		displayOptions: showOptionWhen('catalogue'),
		description:
			'Whether to compare the workflow with the nodes, models and files of the server first. Everything that is missing or wrong is then reported together, and nothing is queued.',
	},
	clientId: {
		displayName: 'Client ID',
		name: 'clientId',
		type: 'string',
		default: '',
		displayOptions: showOptionWhen('events'),
		description:
			'The client that receives the events of the job. Leave empty to use a new ID for this execution.',
	},
	dynamicPrompts: {
		displayName: 'Dynamic Prompts',
		name: 'dynamicPrompts',
		type: 'boolean',
		default: false,
		displayOptions: showOptionWhen('catalogue'),
		description:
			'Whether to process prompts as the editor does: choose one of {day|night}, and remove // and /* */ comments',
	},
	embedWorkflow: {
		displayName: 'Embed UI Workflow',
		name: 'embedWorkflow',
		type: 'json',
		default: '{}',
		displayOptions: showOptionWhen('promptOptions'),
		description:
			'The workflow in editor format. ComfyUI writes it into the files of the job, so that you can open them in the ComfyUI editor. A workflow that you give in editor format is always embedded.',
	},
	extraData: {
		displayName: 'Extra Data',
		name: 'extraData',
		type: 'json',
		default: '{}',
		displayOptions: showOptionWhen('promptOptions'),
		description: 'More members of extra_data, such as {"preview_method": "auto"}',
	},
	fileNames: {
		displayName: 'Fill in File Names',
		name: 'substituteNames',
		type: 'boolean',
		default: true,
		displayOptions: showOptionWhen(takesWorkflows),
		description:
			'Whether to process file name prefixes as the editor does: replace %date:yyyy-MM-dd% and %Node.input%',
	},
	front: {
		displayName: 'Front of Queue',
		name: 'front',
		type: 'boolean',
		default: false,
		displayOptions: showOptionWhen('queueOrder'),
		description: 'Whether to run the job before all jobs that are in the queue now',
	},
	gpu: {
		displayName: 'GPU',
		name: 'gpu',
		type: 'string',
		default: '',
		displayOptions: showOptionFor('comfyDeploy'),
		placeholder: 'e.g. A10G',
		description: 'GPU to use instead of the GPU of the machine: T4, L4, A10G, L40S, A100, A100-80GB or H100',
	},
	serverTag: {
		displayName: 'Server Tag',
		name: 'serverTag',
		type: 'string',
		default: '',
		displayOptions: showOptionFor('pool'),
		placeholder: 'e.g. large',
		description: 'Runs the job only on servers of the pool that have this tag in the credential',
	},
	maxDownload: {
		...fileOptions.maxDownload,
		displayOptions: showOptionWhen(({ uploads }) => uploads !== 'none'),
	},
	labels: {
		displayName: 'Labels',
		name: 'labels',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Label',
		default: {},
		displayOptions: showOptionFor('comfyApiV2', 'comfyCloud', 'comfyServerless'),
		description: 'Texts that are stored with the job, to find it in the list of jobs',
		options: [
			{
				displayName: 'Label',
				name: 'label',
				values: [
					{ displayName: 'Name', name: 'name', type: 'string', default: '', placeholder: 'e.g. campaign' },
					{ displayName: 'Value', name: 'value', type: 'string', default: '' },
				],
			},
		],
	},
	modelFamily: modelFamilyOption,
	partial: {
		displayName: 'On Partial Errors',
		name: 'onPartialErrors',
		type: 'options',
		default: 'warn',
		displayOptions: showOptionWhen('promptOptions'),
		options: [
			{ name: 'Fail', value: 'fail', description: 'Run nothing and report the errors' },
			{
				name: 'Warn',
				value: 'warn',
				description: 'Run the valid outputs and show a warning about the others',
			},
		],
		description: 'What to do when only some outputs of the workflow are valid',
	},
	outputNodes: {
		displayName: 'Output Nodes to Run',
		name: 'outputNodes',
		type: 'string',
		default: '',
		displayOptions: {
			show: { ...showOptionWhen('promptOptions').show, '@version': [{ _cnd: { lt: 1.1 } }] },
		},
		placeholder: 'e.g. 9, Save Upscaled',
		description:
			'Comma-separated IDs or titles of output nodes. Leave empty to run all. Requires ComfyUI 0.3.48 or later.',
	},
	outputNodeList: {
		displayName: 'Output Nodes to Run',
		name: 'outputNodes',
		type: 'multiOptions',
		default: [],
		displayOptions: {
			show: { ...showOptionWhen('promptOptions').show, '@version': [{ _cnd: { gte: 1.1 } }] },
		},
		typeOptions: {
			loadOptionsMethod: 'outputNodes',
			loadOptionsDependsOn: ['host', 'workflowSource', 'workflow', 'savedWorkflow.value'],
		},
		hint: 'Those that App Mode shows come first. Select none to run all. Requires ComfyUI 0.3.48 or later.',
		description:
			'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	},
	priority: {
		displayName: 'Priority',
		name: 'priority',
		type: 'options',
		default: 'normal',
		displayOptions: showOptionFor('comfyServerless'),
		options: [
			{ name: 'High', value: 'high' },
			{ name: 'Low', value: 'low' },
			{ name: 'Normal', value: 'normal' },
		],
		description: 'The queue of the service to use',
	},
	timeLimit: {
		displayName: 'Time Limit (Minutes)',
		name: 'timeLimit',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 30,
		displayOptions: showOptionFor('comfyServerless', 'runPod'),
		description: 'How long the job may run before the host ends it',
	},
} satisfies Record<string, INodeProperties>;
