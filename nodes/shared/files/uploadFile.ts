import type { AbortOptions } from '../../client/core/time';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { ConnectionError, asError } from '../../client/core/errors';
import type { Upload, UploadedFile } from '../../client/hosts/Host';
import { firstBytes } from '../../client/core/text';
import { closeFile, type ItemFile, MAX_NAME_BYTES, plainName } from './binary';
import { extensionFor, extensionOf } from '../../client/core/media';

/** Where the server stores a file; everything has a default. */
export type UploadTarget = Partial<Pick<Upload, 'filename' | 'subfolder' | 'type' | 'overwrite' | 'maskOf'>>;

/**
 * Uploads a file of an item and closes it. Without a given name it gets a unique one.
 * @throws TooLargeError and other errors of the client
 */
export async function uploadFile(
	client: ComfyUiClient,
	file: ItemFile,
	target: UploadTarget,
	{ signal }: AbortOptions = {},
): Promise<UploadedFile> {
	const { data, size, fileName, mimeType } = file;
	const filename = target.filename || uniqueName(fileName, mimeType);
	try {
		return await client.uploadImage({ ...target, filename, data, size, contentType: mimeType }, { signal });
	} catch (error) {
		const reset = error instanceof ConnectionError && error.reason === 'reset';
		throw reset && !client.host.hosted ? withSizeHint(error) : asError(error);
	} finally {
		closeFile(file);
	}
}

/** Servers and proxies may refuse a large file by closing the connection; the reason is then lost. */
function withSizeHint({ message, reason, hint }: ConnectionError): ConnectionError {
	const size =
		'If this happens only with large files, raise --max-upload-size of ComfyUI (in megabytes) or the body limit of the proxy in front of it (nginx: client_max_body_size).';
	return new ConnectionError(message, reason, `${hint} ${size}`);
}

/** Of the stem; a name of any length would only be harder to read. */
const MAX_CHARACTERS = 60;
/** The MIME type of unknown data, which has no extension. */
const UNKNOWN = 'application/octet-stream';

/**
 * A unique name: jobs that run at the same time must not replace the inputs of each other.
 * @param fileName name of the file, when it has one
 */
export function uniqueName(fileName: string | undefined, mimeType: string): string {
	const name = fileName ? plainName(fileName) : '';
	const own = extensionOf(name);
	const extension = own || (mimeType === UNKNOWN ? '' : extensionFor(mimeType));
	const stem = (own ? name.slice(0, -own.length - 1) : name).replace(/\.{2,}/g, '.').trim();
	const suffix = `-${crypto.randomUUID().slice(0, 8)}${extension ? `.${extension}` : ''}`;
	const short = Array.from(stem || 'file')
		.slice(0, MAX_CHARACTERS)
		.join('');
	return firstBytes(short, MAX_NAME_BYTES - suffix.length) + suffix;
}
