import type { IBinaryData, IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { mediaOf } from '../../client/core/media';
import { lastBytes } from '../../client/core/text';
import type { ByteStream, FileData } from '../../client/transport/http';

/** Reads files from the binary store of n8n and writes files into it. Streams are never buffered. */

/** A file of an item. */
export interface ItemFile {
	data: FileData;
	/** Bytes, when known. */
	size?: number;
	fileName?: string;
	mimeType: string;
}

const CHUNK_BYTES = 256 * 1024;

/**
 * Opens a binary field of an item.
 * @param property name of the field, or (from an expression) the binary object itself
 * @throws NodeOperationError when the item has no such field
 */
export async function openBinary(
	context: IExecuteFunctions,
	itemIndex: number,
	property: string | IBinaryData,
): Promise<ItemFile> {
	const binary = context.helpers.assertBinaryData(itemIndex, pathOf(context, itemIndex, property));
	const facts = { fileName: binary.fileName, mimeType: binary.mimeType };
	if (!binary.id) {
		const data = Buffer.from(binary.data, 'base64');
		return { ...facts, data, size: data.byteLength };
	}
	const { fileSize } = await context.helpers.getBinaryMetadata(binary.id);
	const stream = await context.helpers.getBinaryStream(binary.id, CHUNK_BYTES);
	return { ...facts, data: stream as unknown as FileData, size: fileSize };
}

/** Names of the binary fields of an item. */
export function binaryFields(context: IExecuteFunctions, itemIndex: number): string[] {
	const { json, binary } = context.getInputData()[itemIndex];
	return Object.keys(binary ?? combinedFiles(json));
}

/** With n8n's combined binary mode files lie in `json._files`, and a field is named by its path there. */
function pathOf(
	context: IExecuteFunctions,
	itemIndex: number,
	property: string | IBinaryData,
): string | IBinaryData {
	if (typeof property !== 'string') return property;
	const { json, binary } = context.getInputData()[itemIndex];
	return binary === undefined && Object.hasOwn(combinedFiles(json), property)
		? `_files.${property}`
		: property;
}

function combinedFiles({ _files: files }: IDataObject): object {
	return typeof files === 'object' && files !== null ? files : {};
}

/** Closes a file that may not have been read completely. Without this it stays open until garbage collection. */
export function closeFile({ data }: ItemFile): void {
	if ('destroy' in data && typeof data.destroy === 'function') data.destroy();
}

type StoredData = Parameters<IExecuteFunctions['helpers']['prepareBinaryData']>[0];

/**
 * Stores a stream in the binary store of n8n. It always passes name and type, because n8n detects neither from a
 * stream, and only the last part of the name, because n8n would store the rest as the directory of the file.
 */
export async function storeStream(
	context: IExecuteFunctions,
	stream: ByteStream | Uint8Array,
	fileName: string,
	mimeType = mediaOf(fileName).mimeType,
): Promise<IBinaryData> {
	const data = stream instanceof Uint8Array ? Buffer.from(stream) : stream;
	return await context.helpers.prepareBinaryData(data as StoredData, plainName(fileName), mimeType);
}

/** File systems take 255 bytes; n8n and ComfyUI add to the name. */
export const MAX_NAME_BYTES = 200;

/** The last part of a path, without the characters that file systems and headers do not accept. At most 200 bytes. */
export function plainName(name: string): string {
	const last = name.split(/[\\/]/).pop() ?? '';
	const clean = lastBytes(last.replace(/[\p{Cc}\p{Cf}\p{Surrogate}:*?"<>|]/gu, '_'), MAX_NAME_BYTES);
	return /^\.*$/.test(clean) ? 'file' : clean;
}
