import type { INodeProperties } from 'n8n-workflow';

/** Members of the options collection that concern how a job is made; sort them in among the others by name. */
export const jobOptions = {
	check: {
		displayName: 'Check Before Sending',
		name: 'checkWorkflow',
		type: 'boolean',
		default: true,
		description:
			'Whether to compare the workflow with what the server offers first, so that all that is missing or wrong is reported at once and nothing is queued',
	},
	clientId: {
		displayName: 'Client ID',
		name: 'clientId',
		type: 'string',
		default: '',
		description: 'Whose events the job belongs to. Leave empty to have one made for this execution.',
	},
	dynamicPrompts: {
		displayName: 'Dynamic Prompts',
		name: 'dynamicPrompts',
		type: 'boolean',
		default: false,
		description:
			'Whether to do with prompts what the editor does: pick one of {day|night} and drop // and /* */ comments',
	},
	embedWorkflow: {
		displayName: 'Embed UI Workflow',
		name: 'embedWorkflow',
		type: 'json',
		default: '{}',
		description:
			'The editor format of the workflow, written into the files that are made, so that they can be dropped into the ComfyUI editor. A workflow that was given in this format is embedded anyway.',
	},
	extraData: {
		displayName: 'Extra Data',
		name: 'extraData',
		type: 'json',
		default: '{}',
		description: 'Further members of extra_data, such as {"preview_method": "auto"}',
	},
	fileNames: {
		displayName: 'Fill in File Names',
		name: 'substituteNames',
		type: 'boolean',
		default: true,
		description:
			'Whether to do with file name prefixes what the editor does: replace %date:yyyy-MM-dd% and %Node.input%',
	},
	front: {
		displayName: 'Front of Queue',
		name: 'front',
		type: 'boolean',
		default: false,
		description: 'Whether to run before everything that is queued so far',
	},
	partial: {
		displayName: 'On Partial Errors',
		name: 'onPartialErrors',
		type: 'options',
		default: 'warn',
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
		placeholder: 'e.g. 9, Save Upscaled',
		description:
			'Comma-separated IDs or titles of output nodes. Leave empty to run all. Needs ComfyUI 0.3.48.',
	},
} satisfies Record<string, INodeProperties>;
