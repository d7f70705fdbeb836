import type { AbortOptions } from '../client/core/time';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { InvalidInputError, isComfyUiError, NotFoundError, asError } from '../client/core/errors';
import { trimEnd } from '../client/core/text';
import type { FileType } from '../client/protocol/outputs';
import type { Upload } from '../client/hosts/Host';
import { readFileReference, type FileReference } from '../shared/files/fileReference';

/**
 * The image that the uploaded file becomes a mask of; undefined when the file is not uploaded as a mask.
 * @throws NotFoundError when the server does not have this image: it would accept the mask and store nothing
 */
export async function readMaskOriginal(
	context: IExecuteFunctions,
	itemIndex: number,
	client: ComfyUiClient,
	{ signal }: AbortOptions = {},
): Promise<Upload['maskOf']> {
	if (context.getNodeParameter('asMask', itemIndex, false) !== true) return undefined;
	const original = readReference(context, itemIndex);
	await assertExists(client, original, { signal });
	return { ...original, type: original.type as Exclude<FileType, 'frame'> };
}

function readReference(context: IExecuteFunctions, itemIndex: number): FileReference {
	const name: unknown = context.getNodeParameter('originalName', itemIndex, '');
	if (!name) {
		throw new InvalidInputError(
			'"Original File Name" is empty.',
			'Enter the name that the image has on the server.',
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
		await bytes.return?.(); // closes the connection without reading the rest
	} catch (error) {
		throw isComfyUiError(error) && error.code === 'not-found' ? noOriginal(original) : asError(error);
	}
}

function noOriginal({ filename, subfolder, type }: FileReference): NotFoundError {
	return new NotFoundError(
		`The server has no image "${subfolder ? `${subfolder}/` : ''}${filename}" in its ${type} folder, so the mask cannot be added to it.`,
		'Upload the original first, and use the name, subfolder and type that the upload returned.',
	);
}
