import type { AbortOptions } from '../../client/core/time';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { ConnectionError, asError, type ComfyUiError } from '../../client/core/errors';
import type { DownloadOptions } from '../../client/hosts/Host';
import { extensionFor, extensionOf, mediaOf } from '../../client/core/media';
import type { OutputFile } from '../../client/protocol/outputs';
import { connectionError, toConnectionError, ofService } from '../../client/transport/connectionErrors';
import { storeStream } from './binary';

/** A file of a server in n8n's binary store. */
export interface StoredFile {
	binary: IBinaryData;
	fileName: string;
	mimeType: string;
	/** Bytes. */
	size: number;
}

type Wanted = Pick<OutputFile, 'filename' | 'subfolder' | 'type' | 'data'>;

/**
 * Streams a file from the server into n8n's binary store.
 * @param stem name without extension to keep it under; default: its own name
 * @throws NotFoundError when the server no longer has it
 * @throws ConnectionError when it did not arrive whole; n8n itself does not count the bytes
 */
export async function downloadFile(
	context: IExecuteFunctions,
	client: ComfyUiClient,
	file: Wanted,
	options: DownloadOptions = {},
	stem?: string,
): Promise<StoredFile> {
	const { stream, size: expected, mimeType: told } = await client.openFile(file, options);
	const { fileName, mimeType } = nameFor(file.filename, options, told, stem);
	const store = async () => await storeStream(context, file.data ?? stream, fileName, mimeType);
	const binary = await store().catch((error: unknown) => {
		throw brokenOff(error, client, file, { signal: options.signal });
	});
	const size = await sizeOfStored(context, binary);
	if (expected !== undefined && size < expected) {
		const cause = inWordsOf(client, connectionError('reset', client.host.base));
		throw incomplete(file, cause as ConnectionError, `${size} of ${expected} bytes came.`);
	}
	return { binary, fileName: binary.fileName ?? fileName, mimeType, size };
}

/** What the server converts is a picture of another type than the name says; it tells of which. */
function nameFor(
	filename: string,
	{ preview, channel }: DownloadOptions,
	told: string | undefined,
	stem?: string,
): { fileName: string; mimeType: string } {
	const own = extensionOf(filename);
	const ownStem = own ? filename.slice(0, -own.length - 1) : filename;
	const converted = preview ? `image/${preview.format}` : channel && channel !== 'rgba' ? 'image/png' : '';
	if (!converted) {
		const fileName = stem ? `${stem}${own && `.${own}`}` : filename;
		return { fileName, ...mediaOf(filename) };
	}
	const mimeType = told && /^image\/(webp|jpeg|png)$/.test(told) ? told : converted;
	return { fileName: `${stem ?? ownStem}.${extensionFor(mimeType)}`, mimeType };
}

/** Bytes of a stored file. */
export async function sizeOfStored(context: IExecuteFunctions, binary: IBinaryData): Promise<number> {
	if (binary.bytes !== undefined) return binary.bytes; // older releases of n8n do not tell
	if (binary.id) return (await context.helpers.getBinaryMetadata(binary.id)).fileSize;
	return Buffer.byteLength(binary.data, 'base64');
}

/** A connection that broke, as one; a full disk and the like stay what they are. */
function brokenOff(
	error: unknown,
	client: ComfyUiClient,
	file: Wanted,
	{ signal }: AbortOptions = {},
): Error {
	const { base } = client.host;
	const closed = /closed before completing|premature close/i.test(String((error as Error | null)?.message));
	const failure = closed ? connectionError('reset', base) : toConnectionError(error, base, { signal });
	const cause = inWordsOf(client, failure);
	if (!(cause instanceof ConnectionError)) return cause;
	return cause.reason === 'other' ? asError(error) : incomplete(file, cause);
}

/** The error with the remedy for the host that it came from. */
function inWordsOf({ host }: ComfyUiClient, error: ComfyUiError): ComfyUiError {
	return host.hosted ? ofService(error, host.base) : error;
}

function incomplete({ filename }: Wanted, cause: ConnectionError, facts = ''): ConnectionError {
	const message = `Only a part of "${filename}" arrived: ${cause.message} ${facts}`.trim();
	return new ConnectionError(message, cause.reason, cause.hint);
}
