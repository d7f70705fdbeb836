import type { INodeProperties } from 'n8n-workflow';

/** Parameters of the operations that only some services have. */

const deploy: INodeProperties[] = [
	{
		displayName: 'Workflow Version ID',
		name: 'versionId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { operation: ['getWorkflowVersion'] } },
		description: 'ID of the version, as ComfyUI Deploy shows it; not the number of the version',
	},
	{
		displayName: 'Save As',
		name: 'saveAs',
		type: 'options',
		default: 'new',
		displayOptions: { show: { operation: ['uploadWorkflow'] } },
		options: [
			{ name: 'New Version', value: 'version', description: 'Of a workflow that is there' },
			{ name: 'New Workflow', value: 'new' },
		],
		description: 'What to make of the workflow',
	},
	{
		displayName: 'Workflow Name',
		name: 'workflowName',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { operation: ['uploadWorkflow'], saveAs: ['new'] } },
		placeholder: 'e.g. Portrait',
	},
	{
		displayName: 'Workflow ID',
		name: 'workflowId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { operation: ['uploadWorkflow'], saveAs: ['version'] } },
		description: 'The workflow to make a new version of',
	},
	{
		displayName: 'Workflow (Editor Format)',
		name: 'editorWorkflow',
		type: 'json',
		typeOptions: { rows: 5 },
		default: '',
		required: true,
		displayOptions: { show: { operation: ['uploadWorkflow'] } },
		description: 'As the ComfyUI editor saves it ("Save" or "Export")',
	},
	{
		displayName: 'Workflow (API Format)',
		name: 'apiWorkflow',
		type: 'json',
		typeOptions: { rows: 5 },
		default: '',
		required: true,
		displayOptions: { show: { operation: ['uploadWorkflow'] } },
		description: 'The same workflow as "Export (API)" gives it; this is what runs',
	},
	{
		displayName: 'Snapshot',
		name: 'snapshot',
		type: 'json',
		default: '{}',
		displayOptions: { show: { operation: ['uploadWorkflow'] } },
		description: 'ComfyUI version and custom nodes, as ComfyUI-Manager writes them; may stay empty',
	},
];

const modelTypes = [
	{ name: 'Checkpoint', value: 'checkpoint' },
	{ name: 'ControlNet', value: 'controlnet' },
	{ name: 'Embedding', value: 'embedding' },
	{ name: 'LoRA', value: 'lora' },
	{ name: 'Upscaler', value: 'upscaler' },
	{ name: 'VAE', value: 'vae' },
];

const serverless: INodeProperties[] = [
	{
		displayName: 'Status',
		name: 'jobStatus',
		type: 'options',
		default: 'all',
		displayOptions: { show: { operation: ['listJobs'] } },
		options: [
			{ name: 'All', value: 'all' },
			{ name: 'Cancelled', value: 'cancelled' },
			{ name: 'Completed', value: 'completed' },
			{ name: 'Failed', value: 'failed' },
			{ name: 'Pending', value: 'pending' },
			{ name: 'Running', value: 'running' },
		],
		description: 'Which jobs to list',
	},
	{
		displayName: 'Job ID',
		name: 'jobId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { operation: ['retryJob'] } },
		description: 'The promptId of the failed job',
	},
	{
		displayName: 'Model Type',
		name: 'modelFilter',
		type: 'options',
		default: 'all',
		displayOptions: { show: { operation: ['listServiceModels'] } },
		options: [{ name: 'All', value: 'all' }, ...modelTypes],
		description: 'Which models to list',
	},
	{
		displayName: 'Model Name',
		name: 'modelName',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { operation: ['loadModel'] } },
		placeholder: 'e.g. sd_xl_base_1.0.safetensors',
	},
	{
		displayName: 'Model Type',
		name: 'modelType',
		type: 'options',
		default: 'checkpoint',
		displayOptions: { show: { operation: ['loadModel'] } },
		options: modelTypes,
		description: 'The kind of model that it is',
	},
	{
		displayName: 'File ID',
		name: 'fileId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: { show: { operation: ['getServiceFile'] } },
		description: 'The fileId that Upload File returned',
	},
	{
		displayName: 'Download',
		name: 'download',
		type: 'boolean',
		default: true,
		displayOptions: { show: { operation: ['getServiceFile'] } },
		description: 'Whether to put the file itself into a binary field too',
	},
	{
		displayName: 'Put Output File in Field',
		name: 'outputBinaryField',
		type: 'string',
		default: 'data',
		required: true,
		displayOptions: { show: { operation: ['getServiceFile'], download: [true] } },
		hint: 'The name of the output binary field to put the file in',
	},
	{
		displayName: 'Input Binary Field',
		name: 'inputBinaryField',
		type: 'string',
		default: 'data',
		required: true,
		displayOptions: { show: { operation: ['uploadServiceFile'] } },
		hint: 'The name of the input binary field that has the file to be uploaded',
	},
];

/** In the order of the editor. */
export const serviceProperties: INodeProperties[] = [...deploy, ...serverless];

/** What to ask services that keep workflows, jobs or files of their own. */
export const serviceOperations: INodeProperties[] = [
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { host: ['comfyDeploy'] } },
		default: 'getWorkflowVersion',
		options: [
			{
				name: 'Get Workflow Version',
				value: 'getWorkflowVersion',
				description: 'Get a version of a workflow that ComfyUI Deploy keeps, in both formats',
				action: 'Get a workflow version',
			},
			{
				name: 'Upload Workflow',
				value: 'uploadWorkflow',
				description: 'Make a new workflow in ComfyUI Deploy, or a new version of one',
				action: 'Upload a workflow',
			},
		],
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { host: ['comfyServerless'] } },
		default: 'listJobs',
		options: [
			{
				name: 'Get File',
				value: 'getServiceFile',
				description: 'Get a file that the service keeps, and what it knows of it',
				action: 'Get a file',
			},
			{
				name: 'Get Health',
				value: 'getHealth',
				description: 'Find out how the service is',
				action: 'Get the health of the service',
			},
			{
				name: 'List Jobs',
				value: 'listJobs',
				description: 'List the jobs of the account, newest first, one item each',
				action: 'List jobs',
			},
			{
				name: 'List Models',
				value: 'listServiceModels',
				description: 'List the models on the disk of the service, one item each',
				action: 'List models',
			},
			{
				name: 'Load Model',
				value: 'loadModel',
				description: 'Load a model into memory ahead of the job that uses it',
				action: 'Load a model',
			},
			{
				name: 'Retry Job',
				value: 'retryJob',
				description: 'Run a failed job once more, as a new one',
				action: 'Retry a job',
			},
			{
				name: 'Upload File',
				value: 'uploadServiceFile',
				description: 'Store a file with the service; workflows cannot load it',
				action: 'Upload a file',
			},
		],
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { host: ['runPod'] } },
		default: 'getHealth',
		options: [
			{
				name: 'Get Health',
				value: 'getHealth',
				description: 'Find out how the service is',
				action: 'Get the health of the service',
			},
		],
	},
];
