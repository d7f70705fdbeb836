import type { AbortOptions } from '../../client/core/time';
import type { IExecuteFunctions, IDisplayOptions, INodeProperties } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { InvalidInputError } from '../../client/core/errors';
import type { Submission } from '../../client/hosts/Host';
import { openBinary } from '../files/binary';
import { uploadFile } from '../files/uploadFile';
import { isBinary } from './InputUploads';
import { typedValue, type ValueType } from './values';

interface InputRow {
	name: string;
	type?: ValueType | 'auto' | 'file';
	value: unknown;
}

/**
 * The deployment that an item runs, its files uploaded.
 * @throws InvalidInputError for an empty ID, an input without a name, or a value that is not of its type
 */
export async function readDeployment(
	context: IExecuteFunctions,
	itemIndex: number,
	client: ComfyUiClient,
	{ signal }: AbortOptions = {},
): Promise<NonNullable<Submission['deployment']>> {
	const id = String(context.getNodeParameter('deploymentId', itemIndex, '') ?? '').trim();
	if (!id) {
		throw new InvalidInputError(
			'"Deployment ID" is empty.',
			'Copy it from the deployment in ComfyUI Deploy.',
		);
	}
	const rows = context.getNodeParameter('deploymentInputs.values', itemIndex, []) as InputRow[];
	const inputs: Array<[string, unknown]> = [];
	for (const { name, type = 'auto', value } of rows) {
		if (!name?.trim()) {
			throw new InvalidInputError(
				'A row of "Deployment Inputs" has no input ID.',
				'Enter the input_id of the external input node, or remove the row.',
			);
		}
		if (type === 'file' || isBinary(value)) {
			const file = await openBinary(context, itemIndex, isBinary(value) ? value : String(value));
			inputs.push([name.trim(), (await uploadFile(client, file, {}, { signal })).value]);
		} else {
			inputs.push([name.trim(), type === 'auto' ? value : typedValue(type, value, name)]);
		}
	}
	return { id, inputs: Object.fromEntries(inputs) };
}

const displayOptions: IDisplayOptions = { show: { host: ['comfyDeploy'] } };

/** Parameters for a host that runs deployed workflows. */
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
							{ name: 'As Given', value: 'auto', description: 'The result of an expression keeps its type' },
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
