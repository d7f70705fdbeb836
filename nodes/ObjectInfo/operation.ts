import type { INodeProperties } from 'n8n-workflow';

/** What to ask the server. */
export const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { host: ['comfyCloud', 'selfHosted'] } },
	default: 'listNodeTypes',
	options: [
		{
			name: 'Check Workflow',
			value: 'checkWorkflow',
			description:
				'Find out whether the server can run a workflow, and which nodes, models, files or inputs are in the way',
			action: 'Check a workflow',
		},
		{
			name: 'Convert Workflow',
			value: 'convertWorkflow',
			description: "Turn a workflow in the editor's format, or one that a file carries, into API format",
			action: 'Convert a workflow to API format',
		},
		{
			name: 'Describe Node',
			value: 'describeNode',
			description: 'Get the inputs, outputs, defaults and ranges of a node type',
			action: 'Describe a node type',
		},
		{
			name: 'Get Choices',
			value: 'getChoices',
			description: 'Get what an input offers, such as checkpoints, LoRAs or samplers, one item each',
			action: 'Get the choices of an input',
		},
		{
			name: 'Get Server Information',
			value: 'getServerInformation',
			description: 'Get version, GPUs with free memory, abilities and the number of queued jobs',
			action: 'Get server information',
		},
		{
			name: 'List Embeddings',
			value: 'listEmbeddings',
			description: 'List the embeddings that prompts can use, one item each',
			action: 'List embeddings',
		},
		{
			name: 'List Models',
			value: 'listModels',
			description: 'List the model files in a folder, one item each',
			action: 'List models',
		},
		{
			name: 'List Node Types',
			value: 'listNodeTypes',
			description: 'List the installed node types, one item each',
			action: 'List node types',
		},
		{
			name: 'List Workflow Inputs',
			value: 'listWorkflowInputs',
			description: 'List what can be set in a workflow, with types, values and choices, one item each',
			action: 'List the inputs of a workflow',
		},
	],
};
