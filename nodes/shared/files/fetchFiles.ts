import type { AbortOptions } from '../../client/core/time';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { isComfyUiError, NotFoundError, asError } from '../../client/core/errors';
import type { OutputFile } from '../../client/protocol/outputs';
import { extensionOf } from '../../client/core/media';
import { downloadFile, sizeOfStored, type StoredFile } from './download';
import type { FileSettings } from './settings';
import { listed, tidy } from '../../client/core/text';

/** A file to fetch; pictures that came over the WebSocket have their bytes, or travel in a binary field of the item. */
export type ListedFile = OutputFile & { binaryProperty?: string };

/** A file with its bytes in n8n's store. */
export interface FetchedFile extends StoredFile {
	file: OutputFile;
}

/** Does something again when it fails for a reason that can pass. */
type Again = <T>(work: () => Promise<T>) => Promise<T>;

/** What came, and the paths of what is no longer there. */
export interface Fetched {
	fetched: FetchedFile[];
	missing: string[];
}

/** Pictures that the server's image library does not read. */
const NOT_CONVERTIBLE = /\.(svg|exr|hdr)$/i;

/**
 * Downloads one file after the other: never more than one is on its way.
 * @param again how to fetch a file whose download broke off; default: not at all
 * @throws NotFoundError for a missing file, unless such are skipped
 */
export async function fetchFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	client: ComfyUiClient,
	files: ListedFile[],
	settings: FileSettings,
	{ signal, again = async (work) => await work() }: { signal?: AbortSignal; again?: Again } = {},
): Promise<Fetched> {
	const fetched: FetchedFile[] = [];
	const missing: string[] = [];
	for (const file of files) {
		try {
			const index = fetched.length;
			const stored = await again(
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
	// Bytes that are here already are no longer the server's to convert.
	const converts = file.kind === 'image' && !file.data && !NOT_CONVERTIBLE.test(file.filename);
	const stem = fileName ? numbered(withoutExtensionOf(fileName, file, conversion), index) : undefined;
	return await downloadFile(context, client, file, { ...(converts && conversion), signal }, stem);
}

/** The bytes of a WebSocket picture are where Wait For Completion put them. */
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
		throw onNoDisk(filename);
	}
}

function onNoDisk(filename: string): NotFoundError {
	return new NotFoundError(
		`The picture "${filename}" came over the WebSocket and is on no disk.`,
		'It is in the binary data of the item that Wait For Completion returned: connect this node directly behind it.',
	);
}

/** `portrait.png` is understood as well as `portrait`. */
function withoutExtensionOf(name: string, file: OutputFile, { preview }: FileSettings['conversion']): string {
	const given = extensionOf(name);
	const endings = [extensionOf(file.filename), preview?.format, preview?.format === 'jpeg' && 'jpg', 'png'];
	return given && endings.includes(given) ? name.slice(0, -given.length - 1) : name;
}

const numbered = (stem: string, index: number) => (index === 0 ? stem : `${stem}_${index}`);

/** How a file is named to people: `sub/a.png [temp]`. */
function pathOf({ filename, subfolder, type }: OutputFile): string {
	return `${subfolder ? `${subfolder}/` : ''}${filename}${type === 'output' ? '' : ` [${type}]`}`;
}

const OTHERWISE = 'Or set the option "When There Are No Files" to pass the item on.';

/**
 * The error for an item without files; says which of the reasons it is.
 * @param all what there was before the filters
 * @param missing paths of what the server no longer has
 * @param message for when there was nothing at all
 * @param hint what to do then
 */
export function noFiles(all: OutputFile[], missing: string[], message: string, hint: string): NotFoundError {
	if (missing.length > 0) {
		return new NotFoundError(
			`The server no longer has any of the files: ${listed(missing)}.`,
			`Change an input of the workflow (the seed, or filename_prefix) to have them made again. ${OTHERWISE}`,
		);
	}
	if (all.length > 0) {
		const files = all.map((file) => tidy(`${pathOf(file)} (${describe(file)})`, 120));
		return new NotFoundError(
			`None of the ${all.length} files passes the filters: ${listed(files, 4)}.`,
			`Change the filters. ${OTHERWISE}`,
		);
	}
	return new NotFoundError(message, `${hint} ${OTHERWISE}`);
}

function describe({ nodeId, nodeTitle, key, kind }: OutputFile): string {
	const node = nodeId && `node ${nodeId}${nodeTitle ? ` "${nodeTitle}"` : ''}`;
	return [node, key, kind].filter(Boolean).join(', ');
}
