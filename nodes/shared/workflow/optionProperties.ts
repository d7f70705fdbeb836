import type { INodeProperties } from 'n8n-workflow';

/** Members of the options collection that concern how a job is made; sort them in among the others by name. */
export const jobOptions = {
	check: {
		displayName: 'Check Before Sending',
		name: 'checkWorkflow',
		type: 'boolean',
		default: true,
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		description:
			'Whether to compare the workflow with what the server offers first, so that all that is missing or wrong is reported at once and nothing is queued',
	},
	clientId: {
		displayName: 'Client ID',
		name: 'clientId',
		type: 'string',
		default: '',
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		description: 'Whose events the job belongs to. Leave empty to have one made for this execution.',
	},
	dynamicPrompts: {
		displayName: 'Dynamic Prompts',
		name: 'dynamicPrompts',
		type: 'boolean',
		default: false,
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		description:
			'Whether to do with prompts what the editor does: pick one of {day|night} and drop // and /* */ comments',
	},
	embedWorkflow: {
		displayName: 'Embed UI Workflow',
		name: 'embedWorkflow',
		type: 'json',
		default: '{}',
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		description:
			'The editor format of the workflow, written into the files that are made, so that they can be dropped into the ComfyUI editor. A workflow that was given in this format is embedded anyway.',
	},
	extraData: {
		displayName: 'Extra Data',
		name: 'extraData',
		type: 'json',
		default: '{}',
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		description: 'Further members of extra_data, such as {"preview_method": "auto"}',
	},
	fileNames: {
		displayName: 'Fill in File Names',
		name: 'substituteNames',
		type: 'boolean',
		default: true,
		displayOptions: {
			show: { '/host': ['comfyApiV2', 'comfyCloud', 'comfyServerless', 'runPod', 'selfHosted'] },
		},
		description:
			'Whether to do with file name prefixes what the editor does: replace %date:yyyy-MM-dd% and %Node.input%',
	},
	front: {
		displayName: 'Front of Queue',
		name: 'front',
		type: 'boolean',
		default: false,
		displayOptions: { show: { '/host': ['selfHosted'] } },
		description: 'Whether to run before everything that is queued so far',
	},
	gpu: {
		displayName: 'GPU',
		name: 'gpu',
		type: 'string',
		default: '',
		displayOptions: { show: { '/host': ['comfyDeploy'] } },
		placeholder: 'e.g. A10G',
		description: 'GPU to run on instead of that of the machine: T4, L4, A10G, L40S, A100, A100-80GB, H100',
	},
	partial: {
		displayName: 'On Partial Errors',
		name: 'onPartialErrors',
		type: 'options',
		default: 'warn',
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		options: [
			{ name: 'Fail', value: 'fail', description: 'Run nothing and report what is wrong' },
			{ name: 'Warn', value: 'warn', description: 'Run what can run and warn of the rest' },
		],
		description: 'What to do when only some of the outputs can run',
	},
	outputNodes: {
		displayName: 'Output Nodes to Run',
		name: 'outputNodes',
		type: 'string',
		default: '',
		displayOptions: { show: { '/host': ['comfyCloud', 'selfHosted'] } },
		placeholder: 'e.g. 9, Save Upscaled',
		description:
			'Comma-separated IDs or titles of output nodes. Leave empty to run all. Needs ComfyUI 0.3.48.',
	},
	priority: {
		displayName: 'Priority',
		name: 'priority',
		type: 'options',
		default: 'normal',
		displayOptions: { show: { '/host': ['comfyServerless'] } },
		options: [
			{ name: 'High', value: 'high' },
			{ name: 'Low', value: 'low' },
			{ name: 'Normal', value: 'normal' },
		],
		description: 'Which of the queues of the service to use',
	},
	timeLimit: {
		displayName: 'Time Limit (Minutes)',
		name: 'timeLimit',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 30,
		displayOptions: { show: { '/host': ['comfyServerless', 'runPod'] } },
		description: 'After which the host ends the job by itself',
	},
} satisfies Record<string, INodeProperties>;
