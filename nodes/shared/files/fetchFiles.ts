import type { AbortOptions } from '../../client/core/time';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { isComfyUiError, NotFoundError, asError } from '../../client/core/errors';
import type { OutputFile } from '../../client/protocol/outputs';
import { extensionOf } from '../../client/core/media';
import { downloadFile, sizeOfStored, type StoredFile } from './download';
import type { FileSettings } from './settings';
import { listed, tidy } from '../../client/core/text';

/** A file to fetch. The bytes of an image that came over the WebSocket are in `data` or in a binary field of the item. */
export type ListedFile = OutputFile & { binaryProperty?: string };

/** A file whose bytes are in the binary store of n8n. */
export interface FetchedFile extends StoredFile {
	file: OutputFile;
}

/** Calls a function again when it fails for a temporary reason. */
type Retry = <T>(work: () => Promise<T>) => Promise<T>;

/** The fetched files, and the paths of those that the server no longer has. */
export interface Fetched {
	fetched: FetchedFile[];
	missing: string[];
}

/** Images that the image library of the server cannot read. */
const NOT_CONVERTIBLE = /\.(svg|exr|hdr)$/i;

/**
 * Downloads the files one after the other, so that only one is open at a time.
 * @param retry how to retry a failed download; default: no retry
 * @throws NotFoundError for a missing file, unless missing files are skipped
 */
export async function fetchFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	client: ComfyUiClient,
	files: ListedFile[],
	settings: FileSettings,
	{ signal, retry = async (work) => await work() }: { signal?: AbortSignal; retry?: Retry } = {},
): Promise<Fetched> {
	const fetched: FetchedFile[] = [];
	const missing: string[] = [];
	for (const file of files) {
		try {
			const index = fetched.length;
			const stored = await retry(
				async () => await fetchOne(context, itemIndex, client, file, settings, index, { signal }),
			);
			fetched.push({ file, ...stored });
		} catch (error) {
			if (!settings.skipMissing || !isComfyUiError(error) || error.code !== 'not-found') throw asError(error);
			missing.push(pathOf(file));
		}
	}
	return { fetched, missing };
}

async function fetchOne(
	context: IExecuteFunctions,
	itemIndex: number,
	client: ComfyUiClient,
	file: ListedFile,
	{ conversion, fileName }: FileSettings,
	index: number,
	{ signal }: AbortOptions = {},
): Promise<StoredFile> {
	const isInItem = file.type === 'frame' || file.binaryProperty !== undefined;
	if (isInItem && !file.data) return await frameOf(context, itemIndex, file);
	// The server cannot convert bytes that are already here.
	const converts = file.kind === 'image' && !file.data && !NOT_CONVERTIBLE.test(file.filename);
	const stem = fileName ? numbered(withoutExtensionOf(fileName, file, conversion), index) : undefined;
	return await downloadFile(context, client, file, { ...(converts && conversion), signal }, stem);
}

/** Wait For Completion put the bytes of a WebSocket image into a binary field. */
async function frameOf(
	context: IExecuteFunctions,
	itemIndex: number,
	{ binaryProperty, filename, mimeType }: ListedFile,
): Promise<StoredFile> {
	const binary = binaryOf(context, itemIndex, binaryProperty ?? '', filename);
	return {
		binary,
		fileName: binary.fileName ?? filename,
		mimeType,
		size: await sizeOfStored(context, binary),
	};
}

function binaryOf(
	context: IExecuteFunctions,
	itemIndex: number,
	property: string,
	filename: string,
): IBinaryData {
	try {
		return context.helpers.assertBinaryData(itemIndex, property);
	} catch {
		throw notInItem(filename);
	}
}

function notInItem(filename: string): NotFoundError {
	return new NotFoundError(
		`The image "${filename}" came over the WebSocket and is not stored on the server.`,
		'It is in the binary data of the item that ComfyUI Wait For Completion returned: connect this node directly after it.',
	);
}

/** Users may enter `portrait.png` as well as `portrait`. */
function withoutExtensionOf(name: string, file: OutputFile, { preview }: FileSettings['conversion']): string {
	const given = extensionOf(name);
	const extensions = [
		extensionOf(file.filename),
		preview?.format,
		preview?.format === 'jpeg' && 'jpg',
		'png',
	];
	return given && extensions.includes(given) ? name.slice(0, -given.length - 1) : name;
}

const numbered = (stem: string, index: number) => (index === 0 ? stem : `${stem}_${index}`);

/** A file as texts name it: `sub/a.png [temp]`. */
function pathOf({ filename, subfolder, type }: OutputFile): string {
	return `${subfolder ? `${subfolder}/` : ''}${filename}${type === 'output' ? '' : ` [${type}]`}`;
}

const OTHERWISE = 'Or set the option "When There Are No Files" to return the item without files.';

/**
 * The error for an item without files, with the reason.
 * @param all the files before the filters
 * @param missing paths of the files that the server no longer has
 * @param message for the case that there were no files at all
 * @param hint what to do in this case
 */
export function noFiles(all: OutputFile[], missing: string[], message: string, hint: string): NotFoundError {
	if (missing.length > 0) {
		return new NotFoundError(
			`The server no longer has any of the files: ${listed(missing)}.`,
			`Change an input of the workflow, such as the seed or filename_prefix, so that ComfyUI creates them again. ${OTHERWISE}`,
		);
	}
	if (all.length > 0) {
		const files = all.map((file) => tidy(`${pathOf(file)} (${describe(file)})`, 120));
		return new NotFoundError(
			`None of the files (${all.length}) matches the filters: ${listed(files, 4)}.`,
			`Change the filters. ${OTHERWISE}`,
		);
	}
	return new NotFoundError(message, `${hint} ${OTHERWISE}`);
}

function describe({ nodeId, nodeTitle, key, kind }: OutputFile): string {
	const node = nodeId && `node ${nodeId}${nodeTitle ? ` "${nodeTitle}"` : ''}`;
	return [node, key, kind].filter(Boolean).join(', ');
}
