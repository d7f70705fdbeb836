import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { isComfyUiError, NotFoundError, passOn } from '../client/errors';
import type { OutputFile } from '../client/outputs';
import { extensionOf } from '../client/media';
import { downloadFile, sizeOfStored, type StoredFile } from '../shared/download';
import type { ListedFile } from './listedFiles';
import type { Settings } from './settings';

/** A file with its bytes in n8n's store. */
export interface FetchedFile extends StoredFile {
	file: OutputFile;
}

/** What came, and the paths of what is no longer there. */
export interface Fetched {
	fetched: FetchedFile[];
	missing: string[];
}

/** Pictures that the server's image library does not read. */
const NOT_CONVERTIBLE = /\.(svg|exr|hdr)$/i;

/**
 * Downloads one file after the other: never more than one is on its way.
 * @throws NotFoundError for a missing file, unless such are skipped
 */
export async function fetchFiles(
	context: IExecuteFunctions,
	itemIndex: number,
	client: ComfyUiClient,
	files: ListedFile[],
	settings: Settings,
	signal?: AbortSignal,
): Promise<Fetched> {
	const fetched: FetchedFile[] = [];
	const missing: string[] = [];
	for (const file of files) {
		try {
			fetched.push({
				file,
				...(await fetchOne(context, itemIndex, client, file, settings, fetched.length, signal)),
			});
		} catch (error) {
			if (!settings.skipMissing || !isComfyUiError(error) || error.code !== 'not-found') throw passOn(error);
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
	{ conversion, fileName }: Settings,
	index: number,
	signal?: AbortSignal,
): Promise<StoredFile> {
	if (file.type === 'frame') return await frameOf(context, itemIndex, file);
	const converts = file.kind === 'image' && !NOT_CONVERTIBLE.test(file.filename);
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
function withoutExtensionOf(name: string, file: OutputFile, { preview }: Settings['conversion']): string {
	const given = extensionOf(name);
	const endings = [extensionOf(file.filename), preview?.format, preview?.format === 'jpeg' && 'jpg', 'png'];
	return given && endings.includes(given) ? name.slice(0, -given.length - 1) : name;
}

const numbered = (stem: string, index: number) => (index === 0 ? stem : `${stem}_${index}`);

/** How a file is named to people: `sub/a.png [temp]`. */
export function pathOf({ filename, subfolder, type }: OutputFile): string {
	return `${subfolder ? `${subfolder}/` : ''}${filename}${type === 'output' ? '' : ` [${type}]`}`;
}
