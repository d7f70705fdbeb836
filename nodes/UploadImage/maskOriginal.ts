import type { AbortOptions } from '../client/core/time';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { InvalidInputError, isComfyUiError, NotFoundError, asError } from '../client/core/errors';
import { trimEnd } from '../client/core/text';
import type { FileType } from '../client/protocol/outputs';
import type { Upload } from '../client/hosts/Host';
import { readFileReference, type FileReference } from '../shared/files/fileReference';

/**
 * The picture that a mask is for, if the file is to be one.
 * @throws NotFoundError when the server has no such picture; it would say yes to the mask and store nothing
 */
export async function originalOf(
	context: IExecuteFunctions,
	itemIndex: number,
	client: ComfyUiClient,
	{ signal }: AbortOptions = {},
): Promise<Upload['maskOf']> {
	if (context.getNodeParameter('asMask', itemIndex, false) !== true) return undefined;
	const original = readOriginal(context, itemIndex);
	await assertExists(client, original, { signal });
	const { filename, subfolder, type } = original;
	return { filename, subfolder, type: type as Exclude<FileType, 'frame'> };
}

function readOriginal(context: IExecuteFunctions, itemIndex: number): FileReference {
	const name: unknown = context.getNodeParameter('originalName', itemIndex, '');
	if (!name) {
		throw new InvalidInputError(
			'"Original File Name" is empty.',
			'Enter the name of the picture that gets the mask, as it is on the server.',
		);
	}
	const type = context.getNodeParameter('originalType', itemIndex, 'input') as FileType;
	const reference = readFileReference(name, type);
	const folder = String(context.getNodeParameter('originalSubfolder', itemIndex, '') ?? '').trim();
	const subfolder = [trimEnd(folder, '\\/'), reference.subfolder].filter(Boolean).join('/');
	return { ...reference, subfolder };
}

async function assertExists(
	client: ComfyUiClient,
	original: FileReference,
	{ signal }: AbortOptions = {},
): Promise<void> {
	try {
		const bytes = (await client.download(original, { signal }))[Symbol.asyncIterator]();
		await bytes.next();
		await bytes.return?.(); // closes the connection; the rest is not read
	} catch (error) {
		throw isComfyUiError(error) && error.code === 'not-found' ? noOriginal(original) : asError(error);
	}
}

function noOriginal({ filename, subfolder, type }: FileReference): NotFoundError {
	return new NotFoundError(
		`The server has no picture "${subfolder ? `${subfolder}/` : ''}${filename}" in its ${type} folder for the mask to go on.`,
		'Upload the original first, and give its name, subfolder and type as they were returned.',
	);
}
