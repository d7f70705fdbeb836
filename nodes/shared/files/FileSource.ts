import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { InvalidInputError } from '../../client/core/errors';
import { isRecord } from '../../client/core/guards';
import { binariesOf, binaryFields, binaryFile, storedFile, type ItemFile } from './binary';
import { downloadFile } from './download';
import { fetchAddress, isAddress, parseFileAddress, type FetchOptions } from './fetchAddress';
import { readFileReference, type FileReference } from './fileReference';
import { isFileText, readBase64 } from './readBase64';

/** Where the file of a value is. */
export type FileSource =
	| { from: 'binary'; binary: string | IBinaryData }
	| { from: 'address'; address: string }
	/** Base64 or a data URI. */
	| { from: 'text'; text: string }
	| { from: 'server'; reference: FileReference };

/** Whether a value looks like a binary object of n8n, such as `$binary.data`. */
const looksLikeBinary = (value: unknown): value is IBinaryData =>
	isRecord(value) &&
	typeof value.mimeType === 'string' &&
	(typeof value.data === 'string' || typeof value.id === 'string');

/**
 * The binary of the item that a value is, such as `$binary.data`. Any JSON may look like one, and its ID could name a file
 * of another execution, so only the binaries of the item itself count.
 * @returns undefined for any other value
 */
export function findBinary(
	context: IExecuteFunctions,
	itemIndex: number,
	value: unknown,
): IBinaryData | undefined {
	if (!looksLikeBinary(value)) return undefined;
	return binariesOf(context, itemIndex).find(({ id, data }) => (id ? id === value.id : data === value.data));
}

/** @throws InvalidInputError for an object that looks like a binary, but is none of the item */
export function assertNoForeignBinary(itemIndex: number, value: unknown, name: string): void {
	if (!looksLikeBinary(value)) return;
	throw new InvalidInputError(
		`The value for "${name}" is a file that item ${itemIndex} does not have.`,
		'Only the binary fields of the item itself are uploaded, such as {{ $binary.data }}. Add the file to the item before this node, for example with Merge.',
	);
}

/**
 * Finds out where the file of a value is: a binary field of the item or a binary object, an http(s) address, a data URI,
 * Base64, or else a file on the server (an object that Upload Image or Wait For Completion returned).
 * @returns undefined for any other value, such as a text that may be the name of a file on the server
 */
export function findFileSource(
	context: IExecuteFunctions,
	itemIndex: number,
	value: unknown,
): FileSource | undefined {
	const binary = findBinary(context, itemIndex, value);
	if (binary) return { from: 'binary', binary };
	if (isRecord(value)) return { from: 'server', reference: readFileReference(value, 'input') };
	if (typeof value !== 'string') return undefined;
	if (binaryFields(context, itemIndex).includes(value.trim())) {
		return { from: 'binary', binary: value.trim() };
	}
	if (isAddress(value)) return { from: 'address', address: value };
	return isFileText(value) ? { from: 'text', text: value } : undefined;
}

/**
 * Checks a source as far as possible without a request.
 * @param name of the input, for errors
 * @throws InvalidInputError for a binary field that the item does not have, an invalid address, or text that is not Base64
 */
export async function checkFileSource(
	context: IExecuteFunctions,
	itemIndex: number,
	source: FileSource,
	name: string,
): Promise<void> {
	if (source.from === 'binary') await binaryFile(context, itemIndex, source.binary);
	else if (source.from === 'address') parseFileAddress(source.address);
	else if (source.from === 'text') readBase64(source.text, name);
}

/**
 * Gets the file of a source, ready to be read more than once.
 * @param name of the input, for errors
 * @throws InvalidInputError, and the errors of the download
 */
export async function readFileSource(
	context: IExecuteFunctions,
	itemIndex: number,
	client: ComfyUiClient,
	source: FileSource,
	{ name, ...options }: FetchOptions & { name: string },
): Promise<ItemFile> {
	switch (source.from) {
		case 'binary':
			return await binaryFile(context, itemIndex, source.binary);
		case 'address':
			return await fetchAddress(context, source.address, options);
		case 'text':
			return readBase64(source.text, name);
		case 'server': {
			const { binary } = await downloadFile(context, client, source.reference, { signal: options.signal });
			return await storedFile(context, binary);
		}
	}
}
