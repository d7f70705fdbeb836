import type { AbortOptions } from '../../client/core/time';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { ConnectionError, asError, type ComfyUiError } from '../../client/core/errors';
import type { DownloadOptions } from '../../client/hosts/Host';
import { extensionFor, extensionOf, mediaOf } from '../../client/core/media';
import type { OutputFile } from '../../client/protocol/outputs';
import { shownAddress } from '../../client/transport/address';
import { connectionError, toConnectionError, ofService } from '../../client/transport/connectionErrors';
import { storeStream } from './binary';

/** A downloaded file in the binary store of n8n. */
export interface StoredFile {
	binary: IBinaryData;
	fileName: string;
	mimeType: string;
	/** Bytes. */
	size: number;
}

type Wanted = Pick<OutputFile, 'filename' | 'subfolder' | 'type' | 'data' | 'server'>;

/**
 * Streams a file from the server into the binary store of n8n.
 * @param stem name without extension; default: the name on the server
 * @throws NotFoundError when the server no longer has the file
 * @throws ConnectionError when the file is incomplete; n8n does not check the number of bytes
 */
export async function downloadFile(
	context: IExecuteFunctions,
	client: ComfyUiClient,
	file: Wanted,
	options: DownloadOptions = {},
	stem?: string,
): Promise<StoredFile> {
	const { stream, size: expected, mimeType: reported } = await client.openFile(file, options);
	const { fileName, mimeType } = nameFor(file.filename, options, reported, stem);
	const store = async () => await storeStream(context, file.data ?? stream, fileName, mimeType);
	const binary = await store().catch((error: unknown) => {
		throw asDownloadError(error, client, file, { signal: options.signal });
	});
	const size = await sizeOfStored(context, binary);
	if (expected !== undefined && size < expected) {
		const cause = withHostHint(client, connectionError('reset', baseOf(client, file)));
		throw incomplete(file, cause as ConnectionError, `${size} of ${expected} bytes were received.`);
	}
	return { binary, fileName: binary.fileName ?? fileName, mimeType, size };
}

/** A converted image has another type than its name; the server reports this type. */
function nameFor(
	filename: string,
	{ preview, channel }: DownloadOptions,
	reported: string | undefined,
	stem?: string,
): { fileName: string; mimeType: string } {
	const own = extensionOf(filename);
	const ownStem = own ? filename.slice(0, -own.length - 1) : filename;
	const converted = preview ? `image/${preview.format}` : channel && channel !== 'rgba' ? 'image/png' : '';
	if (!converted) {
		const fileName = stem ? `${stem}${own && `.${own}`}` : filename;
		return { fileName, ...mediaOf(filename) };
	}
	const mimeType = reported && /^image\/(webp|jpeg|png)$/.test(reported) ? reported : converted;
	return { fileName: `${stem ?? ownStem}.${extensionFor(mimeType)}`, mimeType };
}

/** Bytes of a stored file. */
export async function sizeOfStored(context: IExecuteFunctions, binary: IBinaryData): Promise<number> {
	if (binary.bytes !== undefined) return binary.bytes; // missing in older releases of n8n
	if (binary.id) return (await context.helpers.getBinaryMetadata(binary.id)).fileSize;
	return Buffer.byteLength(binary.data, 'base64');
}

/** Turns a broken connection into an error about the download. Other errors, such as a full disk, stay as they are. */
function asDownloadError(
	error: unknown,
	client: ComfyUiClient,
	file: Wanted,
	{ signal }: AbortOptions = {},
): Error {
	const base = baseOf(client, file);
	const closed = /closed before completing|premature close/i.test(String((error as Error | null)?.message));
	const failure = closed ? connectionError('reset', base) : toConnectionError(error, base, { signal });
	const cause = withHostHint(client, failure);
	if (!(cause instanceof ConnectionError)) return cause;
	return cause.reason === 'other' ? asError(error) : incomplete(file, cause);
}

/** The address of the server that has a file, for errors; the host of a pool has none. */
function baseOf({ host }: ComfyUiClient, file: Wanted): string {
	return shownAddress(host.base, file.server === undefined ? undefined : host.files.fileUrl(file));
}

/** The error with the hint for its host. */
function withHostHint({ host }: ComfyUiClient, error: ComfyUiError): ComfyUiError {
	return host.hosted ? ofService(error, host.base) : error;
}

function incomplete({ filename }: Wanted, cause: ConnectionError, facts = ''): ConnectionError {
	const message = `The download of "${filename}" is incomplete: ${cause.message} ${facts}`.trim();
	return new ConnectionError(message, cause.reason, cause.hint);
}
