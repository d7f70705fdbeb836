import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

const displayOptions: IDisplayOptions = { show: { host: ['comfyDeploy'] } };

/** Parameters for a host that runs workflows which were deployed there. */
export const deploymentProperties: INodeProperties[] = [
	{
		displayName: 'Deployment ID',
		name: 'deploymentId',
		type: 'string',
		default: '',
		required: true,
		displayOptions,
		placeholder: 'e.g. 0f9a3c1e-7b52-4a6d-9c58-2f3f0f6f5b1a',
		description: 'The deployment to run, as ComfyUI Deploy shows it',
	},
	{
		displayName: 'Deployment Inputs',
		name: 'deploymentInputs',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		default: {},
		placeholder: 'Add Input',
		displayOptions,
		description: 'Values for the external inputs of the workflow; the others keep their defaults',
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
						description: 'The input_id of the external input node',
					},
					{
						displayName: 'Type',
						name: 'type',
						type: 'options',
						default: 'auto',
						options: [
							{ name: 'As Given', value: 'auto', description: 'What an expression gives keeps its type' },
							{ name: 'Boolean', value: 'boolean' },
							{
								name: 'File',
								value: 'file',
								description: 'A binary field of the item, which is uploaded; the input gets its address',
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
