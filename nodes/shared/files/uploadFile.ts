import type { AbortOptions } from '../../client/core/time';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { ConnectionError, asError } from '../../client/core/errors';
import type { Upload, UploadedFile } from '../../client/hosts/Host';
import { closeFile, type ItemFile, plainName } from './binary';
import { firstBytes } from '../../client/core/text';
import { extensionFor, extensionOf } from '../../client/core/media';

/** Where to put a file; everything has a default. */
export type UploadTarget = Partial<Pick<Upload, 'filename' | 'subfolder' | 'type' | 'overwrite' | 'maskOf'>>;

/**
 * Uploads a file of an item under a name that no other upload has, unless a name is given, and closes it.
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
		throw reset && !client.host.hosted ? hungUp(error) : asError(error);
	} finally {
		closeFile(file);
	}
}

/** Servers and proxies also refuse what is too large by hanging up, and then nobody hears their reason. */
function hungUp({ message, reason, hint }: ConnectionError): ConnectionError {
	const size =
		'When this happens with large files only, raise --max-upload-size of ComfyUI (megabytes) or the body limit of the proxy before it (nginx: client_max_body_size).';
	return new ConnectionError(message, reason, `${hint} ${size}`);
}

/** Names reach the server in UTF-8, where file systems take 255 bytes; the rest is for what follows the stem. */
const MAX_STEM = { characters: 60, bytes: 170 };
/** What everything nobody knows is called; no extension belongs to it. */
const UNKNOWN = 'application/octet-stream';

/**
 * A name that no other upload has: jobs that run at the same time must not replace each other's inputs.
 * @param fileName name of the file, when it has one
 */
export function uniqueName(fileName: string | undefined, mimeType: string): string {
	const name = fileName ? plainName(fileName) : '';
	const own = extensionOf(name);
	const extension = own || (mimeType === UNKNOWN ? '' : extensionFor(mimeType));
	const stem = (own ? name.slice(0, -own.length - 1) : name).replace(/\.{2,}/g, '.').trim();
	const short = Array.from(firstBytes(stem || 'file', MAX_STEM.bytes))
		.slice(0, MAX_STEM.characters)
		.join('');
	return `${short}-${crypto.randomUUID().slice(0, 8)}${extension ? `.${extension}` : ''}`;
}
