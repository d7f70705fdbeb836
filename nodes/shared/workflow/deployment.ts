import type { AbortOptions } from '../../client/core/time';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { InvalidInputError } from '../../client/core/errors';
import type { Submission } from '../../client/hosts/Host';
import { readMaxDownload } from '../files/fetchAddress';
import {
	assertNoForeignBinary,
	checkFileSource,
	findBinary,
	findFileSource,
	readFileSource,
	type FileSource,
} from '../files/FileSource';
import { uploadFile } from '../files/uploadFile';
import { jobOptions } from './options';
import { assertMembers, typedValue, type ValueType } from './values';

interface InputRow {
	name: string;
	type?: ValueType | 'auto' | 'file';
	value: unknown;
}

/**
 * The deployment that an item runs, with its inputs. Files are uploaded.
 * @throws InvalidInputError for an empty ID, an input without a name, or a value that does not match its type
 */
export async function readDeployment(
	context: IExecuteFunctions,
	itemIndex: number,
	client: ComfyUiClient,
	{ signal, dryRun }: AbortOptions & { dryRun?: boolean } = {},
): Promise<NonNullable<Submission['deployment']>> {
	const id = String(context.getNodeParameter('deploymentId', itemIndex, '') ?? '').trim();
	if (!id) {
		throw new InvalidInputError(
			'"Deployment ID" is empty.',
			`Copy the ID of the deployment from ${client.host.name}.`,
		);
	}
	const maxBytes = readMaxDownload(jobOptions(context, itemIndex).maxDownload);
	const rows = context.getNodeParameter('deploymentInputs.values', itemIndex, []) as InputRow[];
	const inputs: Array<[string, unknown]> = [];
	for (const row of rows) {
		assertMembers(row, row.name, itemIndex);
		const { name, type = 'auto', value } = row;
		if (!name?.trim()) {
			throw new InvalidInputError(
				'A row of "Deployment Inputs" has no input ID.',
				'Enter the input_id of the external input node, or remove the row.',
			);
		}
		if (type === 'file' || findBinary(context, itemIndex, value)) {
			if (!findBinary(context, itemIndex, value)) assertNoForeignBinary(itemIndex, value, name);
			const source: FileSource = findFileSource(context, itemIndex, value) ?? {
				from: 'binary',
				binary: String(value),
			};
			await checkFileSource(context, itemIndex, source, name);
			if (dryRun) continue;
			const file = await readFileSource(context, itemIndex, client, source, { name, maxBytes, signal });
			inputs.push([name.trim(), (await uploadFile(client, file, {}, { signal })).value]);
		} else {
			inputs.push([name.trim(), type === 'auto' ? value : typedValue(type, value, name)]);
		}
	}
	return { id, inputs: Object.fromEntries(inputs) };
}
