import type { IBinaryData, IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { asError, InvalidInputError } from '../../client/core/errors';
import { mediaOf } from '../../client/core/media';
import { lastBytes, listed, show } from '../../client/core/text';
import type { ByteStream, FileData } from '../../client/transport/http';

/** Reads files from the binary store of n8n and writes files into it. Streams are never buffered. */

/** A file that can be read more than once. */
export interface ItemFile {
	/** Bytes. */
	size: number;
	fileName?: string;
	mimeType: string;
	/** Opens the file at its beginning. {@link closeFile} closes it. */
	open(): Promise<FileData>;
}

const CHUNK_BYTES = 256 * 1024;

/**
 * A binary field of an item.
 * @param property name of the field, or (from an expression) the binary object itself
 * @throws InvalidInputError that lists the binary fields of the item when it has no such field
 */
export async function binaryFile(
	context: IExecuteFunctions,
	itemIndex: number,
	property: string | IBinaryData,
): Promise<ItemFile> {
	return await storedFile(context, fieldOf(context, itemIndex, property));
}

function fieldOf(context: IExecuteFunctions, itemIndex: number, property: string | IBinaryData): IBinaryData {
	try {
		return context.helpers.assertBinaryData(itemIndex, pathOf(context, itemIndex, property));
	} catch (error) {
		throw typeof property === 'string' ? noSuchField(context, itemIndex, property) : asError(error);
	}
}

/** A file in the binary store of n8n, or in memory where n8n keeps it there. */
export async function storedFile(context: IExecuteFunctions, binary: IBinaryData): Promise<ItemFile> {
	const facts = { fileName: binary.fileName, mimeType: binary.mimeType };
	const { id } = binary;
	if (!id) {
		const data = Buffer.from(binary.data, 'base64');
		return { ...facts, size: data.byteLength, open: async () => data };
	}
	const { fileSize } = await context.helpers.getBinaryMetadata(id);
	const open = async () => (await context.helpers.getBinaryStream(id, CHUNK_BYTES)) as unknown as FileData;
	return { ...facts, size: fileSize, open };
}

/** Opens a binary field of an item to read it once; see {@link binaryFile}. */
export async function openBinary(
	context: IExecuteFunctions,
	itemIndex: number,
	property: string | IBinaryData,
): Promise<Omit<ItemFile, 'open'> & { data: FileData }> {
	const { open, ...facts } = await binaryFile(context, itemIndex, property);
	return { ...facts, data: await open() };
}

function noSuchField(context: IExecuteFunctions, itemIndex: number, property: string): InvalidInputError {
	const fields = describeFields(binaryFields(context, itemIndex));
	return new InvalidInputError(
		`Item ${itemIndex} has no binary field ${show(property)}. ${fields}`,
		'Enter the name of a binary field of the item. A node before this one has to provide the file, such as HTTP Request with the response format "File".',
	);
}

/** One sentence on the binary fields of an item. */
export function describeFields(fields: string[]): string {
	if (fields.length === 0) return 'It has no binary fields.';
	const names = fields.map((field) => show(field, 60));
	return `Its binary ${fields.length === 1 ? 'field is' : 'fields are'} ${listed(names, 10)}.`;
}

/** Names of the binary fields of an item. */
export function binaryFields(context: IExecuteFunctions, itemIndex: number): string[] {
	const { json, binary } = context.getInputData()[itemIndex];
	return Object.keys(binary ?? combinedFiles(json));
}

/** The binaries of an item, in every mode of n8n. */
export function binariesOf(context: IExecuteFunctions, itemIndex: number): IBinaryData[] {
	const { json, binary } = context.getInputData()[itemIndex];
	return Object.values(binary ?? (combinedFiles(json) as Record<string, IBinaryData>));
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
export function closeFile({ data }: { data: FileData }): void {
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
const MAX_NAME_BYTES = 200;

/** The last part of a path, without the characters that file systems and headers do not accept. At most 200 bytes. */
export function plainName(name: string): string {
	const last = name.split(/[\\/]/).pop() ?? '';
	const clean = lastBytes(last.replace(/[\p{Cc}\p{Cf}\p{Surrogate}:*?"<>|]/gu, '_'), MAX_NAME_BYTES);
	return /^\.*$/.test(clean) ? 'file' : clean;
}
