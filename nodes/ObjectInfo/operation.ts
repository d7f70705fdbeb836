import type { INodeProperties } from 'n8n-workflow';

/** What to ask the server. */
export const operation: INodeProperties = {
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	default: 'listNodeTypes',
	options: [
		{
			name: 'Check Workflow',
			value: 'checkWorkflow',
			description: 'Find out whether the server can run a workflow, and which nodes and models it lacks',
			action: 'Check a workflow',
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
	],
};
