import type { AbortOptions } from '../client/core/time';
import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { InvalidInputError } from '../client/core/errors';
import type { Upload } from '../client/hosts/Host';
import { show, trimEnd } from '../client/core/text';
import type { Clients } from '../shared/clients';
import { uploadFile, type UploadTarget } from '../shared/files/uploadFile';
import { readMaskOriginal } from './maskOriginal';
import { binaryFields, type ItemFile } from '../shared/files/binary';
import { parseFileAddress, readMaxDownload } from '../shared/files/fetchAddress';
import { readFileReference } from '../shared/files/fileReference';
import {
	assertNoForeignBinary,
	findBinary,
	readFileSource,
	type FileSource,
} from '../shared/files/FileSource';
import { readBase64 } from '../shared/files/readBase64';

/**
 * Uploads the files of one item, one after the other.
 * @returns one item per file: where the server stored it, and the value for the node LoadImage
 * @throws InvalidInputError before anything is sent; TooLargeError and other errors of the client
 */
export async function uploadFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	clients: Clients,
	{ signal }: AbortOptions = {},
): Promise<INodeExecutionData[]> {
	const options = context.getNodeParameter('options', itemIndex, {}) as IDataObject;
	const maxBytes = readMaxDownload(options.maxDownload);
	const sources = sourceFiles(context, itemIndex);
	const target = readTarget(context, itemIndex, options);
	if (target.filename && sources.length > 1) throw sameNameForAll(target.filename, sources.length);
	const client = await clients.for(itemIndex);
	const open = async ({ source }: SourceFile) =>
		await readFileSource(context, itemIndex, client, source, { name: 'Base64 Text', maxBytes, signal });
	const input = options.includeInput === true ? context.getInputData()[itemIndex].json : {};
	const maskOf = await readMaskOriginal(context, itemIndex, client, { signal });
	const items: INodeExecutionData[] = [];
	for (const source of sources) {
		const facts = await uploadOne(client, await open(source), { ...target, maskOf }, { signal });
		const { field } = source;
		items.push({ json: { ...input, ...facts, ...(field && { field }) } });
	}
	return items;
}

async function uploadOne(
	client: ComfyUiClient,
	file: ItemFile,
	target: UploadTarget,
	{ signal }: AbortOptions = {},
): Promise<IDataObject> {
	const { size, fileName, mimeType } = file;
	const stored = await uploadFile(client, file, target, { signal });
	return {
		...stored,
		...(fileName && { fileName }),
		mimeType,
		size,
		...(target.maskOf && { maskOf: target.maskOf }),
	};
}

function readTarget(context: IExecuteFunctions, itemIndex: number, options: IDataObject): UploadTarget {
	const text = (name: string) => String(context.getNodeParameter(name, itemIndex, '') ?? '').trim();
	return {
		filename: text('fileName'),
		subfolder: trimEnd(text('subfolder'), '\\/'),
		type: folderType(text('type')),
		overwrite: options.overwrite === true,
	};
}

function folderType(type: string): Upload['type'] {
	if (type === 'input' || type === 'output' || type === 'temp') return type;
	throw new InvalidInputError(
		`ComfyUI has no folder type ${show(type)}.`,
		'Set "Type" to input, output or temp.',
	);
}

function sameNameForAll(name: string, count: number): InvalidInputError {
	return new InvalidInputError(
		`The item has ${count} files to upload, but "File Name" gives them all the name "${name}".`,
		'Leave "File Name" empty, or upload one binary field.',
	);
}

/** A file to upload. It is read only when the previous one is uploaded. */
interface SourceFile {
	/** Binary field of the item. */
	field?: string;
	source: FileSource;
}

/**
 * The files of an item.
 * @throws InvalidInputError when there are none, or when the text is not Base64
 */
function sourceFiles(context: IExecuteFunctions, itemIndex: number): SourceFile[] {
	const parameter = (name: string): unknown => context.getNodeParameter(name, itemIndex);
	switch (parameter('source')) {
		case 'address': {
			const address = String(parameter('address') ?? '');
			parseFileAddress(address);
			return [{ source: { from: 'address', address } }];
		}
		case 'base64': {
			const text = parameter('base64');
			readBase64(text, 'Base64 Text');
			return [{ source: { from: 'text', text: text as string } }];
		}
		case 'server': {
			const reference = readFileReference(parameter('serverFile'), 'input');
			return [{ source: { from: 'server', reference } }];
		}
		default:
			return fieldFiles(context, itemIndex, parameter('binaryPropertyName'));
	}
}

function fieldFiles(context: IExecuteFunctions, itemIndex: number, given: unknown): SourceFile[] {
	const binary = findBinary(context, itemIndex, given);
	if (binary) return [{ source: { from: 'binary', binary } }];
	assertNoForeignBinary(itemIndex, given, 'Input Binary Field');
	return fieldsOf(context, itemIndex, String(given ?? '')).map((field) => ({
		field,
		source: { from: 'binary', binary: field },
	}));
}

function fieldsOf(context: IExecuteFunctions, itemIndex: number, given: string): string[] {
	const names = given
		.split(',')
		.map((name) => name.trim())
		.filter(Boolean);
	if (names.length === 0) {
		throw new InvalidInputError(
			'"Input Binary Field" is empty.',
			'Enter the name of the binary field with the file, usually "data".',
		);
	}
	if (!names.includes('*')) return [...new Set(names)];
	const available = binaryFields(context, itemIndex);
	if (available.length > 0) return available;
	throw new InvalidInputError(
		'The item has no binary data to upload.',
		'Connect a node before this one that reads a file, such as HTTP Request with the response format "File".',
	);
}
