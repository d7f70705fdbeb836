import type { INodeProperties } from 'n8n-workflow';

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
