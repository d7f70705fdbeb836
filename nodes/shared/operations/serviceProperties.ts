import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/** The parameters of operations that only one service has. Descriptions are loaded when n8n starts: no imports. */

/** The operations of services, by their names in the table of operations. */
export type ServiceOperation =
	| 'getHealth'
	| 'getServiceFile'
	| 'getWorkflowVersion'
	| 'listJobs'
	| 'listServiceModels'
	| 'loadModel'
	| 'retryJob'
	| 'uploadServiceFile'
	| 'uploadWorkflow';

/** When a node shows the parameters of an operation. */
type ShowFor = (operation: ServiceOperation) => IDisplayOptions;

const and = ({ show }: IDisplayOptions, more: IDisplayOptions['show']): IDisplayOptions => ({
	show: { ...show, ...more },
});

/** Parameters of the operations of ComfyUI Deploy. */
const deploy = (show: ShowFor): INodeProperties[] => [
	{
		displayName: 'Workflow Version ID',
		name: 'versionId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: show('getWorkflowVersion'),
		description: 'ID of the version, as shown in ComfyUI Deploy; not the number of the version',
	},
	{
		displayName: 'Save As',
		name: 'saveAs',
		type: 'options',
		default: 'new',
		displayOptions: show('uploadWorkflow'),
		options: [
			{ name: 'New Version', value: 'version', description: 'Add a version to an existing workflow' },
			{ name: 'New Workflow', value: 'new' },
		],
		description: 'How to store the workflow',
	},
	{
		displayName: 'Workflow Name',
		name: 'workflowName',
		type: 'string',
		default: '',
		required: true,
		displayOptions: and(show('uploadWorkflow'), { saveAs: ['new'] }),
		placeholder: 'e.g. Portrait',
	},
	{
		displayName: 'Workflow ID',
		name: 'workflowId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: and(show('uploadWorkflow'), { saveAs: ['version'] }),
		description: 'The workflow that gets the new version',
	},
	{
		displayName: 'Workflow (Editor Format)',
		name: 'editorWorkflow',
		type: 'json',
		typeOptions: { rows: 5 },
		default: '',
		required: true,
		displayOptions: show('uploadWorkflow'),
		description: 'The workflow as the ComfyUI editor saves it ("Save" or "Export")',
	},
	{
		displayName: 'Workflow (API Format)',
		name: 'apiWorkflow',
		type: 'json',
		typeOptions: { rows: 5 },
		default: '',
		required: true,
		displayOptions: show('uploadWorkflow'),
		description:
			'The same workflow as the ComfyUI editor exports it with "Export (API)". ComfyUI Deploy runs this one.',
	},
	{
		displayName: 'Snapshot',
		name: 'snapshot',
		type: 'json',
		default: '{}',
		displayOptions: show('uploadWorkflow'),
		description: 'Optional: ComfyUI version and custom nodes, in the format of ComfyUI-Manager',
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

/** Parameters of the operations of ComfyUI Serverless. */
const serverless = (show: ShowFor): INodeProperties[] => [
	{
		displayName: 'Status',
		name: 'jobStatus',
		type: 'options',
		default: 'all',
		displayOptions: show('listJobs'),
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
		displayOptions: show('retryJob'),
		description: 'The promptId of the failed job',
	},
	{
		displayName: 'Model Type',
		name: 'modelFilter',
		type: 'options',
		default: 'all',
		displayOptions: show('listServiceModels'),
		options: [{ name: 'All', value: 'all' }, ...modelTypes],
		description: 'Which models to list',
	},
	{
		displayName: 'Available Only',
		name: 'availableOnly',
		type: 'boolean',
		default: false,
		displayOptions: show('listServiceModels'),
		description: 'Whether to leave out models that are not on the disk of the service',
	},
	{
		displayName: 'Model Name',
		name: 'modelName',
		type: 'string',
		default: '',
		required: true,
		displayOptions: show('loadModel'),
		placeholder: 'e.g. sd_xl_base_1.0.safetensors',
	},
	{
		displayName: 'Model Type',
		name: 'modelType',
		type: 'options',
		default: 'checkpoint',
		displayOptions: show('loadModel'),
		options: modelTypes,
		description: 'The kind of the model',
	},
	{
		displayName: 'File ID',
		name: 'fileId',
		type: 'string',
		default: '',
		required: true,
		displayOptions: show('getServiceFile'),
		description: 'The fileId that the operation "Upload File" returned',
	},
	{
		displayName: 'Download',
		name: 'download',
		type: 'boolean',
		default: true,
		displayOptions: show('getServiceFile'),
		description: 'Whether to also put the file into a binary field',
	},
	{
		displayName: 'Put Output File in Field',
		name: 'outputBinaryField',
		type: 'string',
		default: 'data',
		required: true,
		displayOptions: and(show('getServiceFile'), { download: [true] }),
		hint: 'The name of the output binary field to put the file in',
	},
	{
		displayName: 'Input Binary Field',
		name: 'inputBinaryField',
		type: 'string',
		default: 'data',
		required: true,
		displayOptions: show('uploadServiceFile'),
		hint: 'The name of the input binary field containing the file to be uploaded',
	},
	{
		displayName: 'Description',
		name: 'fileDescription',
		type: 'string',
		default: '',
		displayOptions: show('uploadServiceFile'),
		description: 'A text that is sent with the file. The published version of the service does not keep it.',
	},
];

/** All of them. @param show says when the node shows the parameters of an operation */
export const serviceProperties = (show: ShowFor): INodeProperties[] => [...deploy(show), ...serverless(show)];
