import { createHash } from 'crypto';
import { type AbortOptions, throwIfAborted } from '../../client/core/time';
import type { ComfyUiClient } from '../../client/ComfyUiClient';
import { ConnectionError, asError } from '../../client/core/errors';
import type { Upload, UploadedFile } from '../../client/hosts/Host';
import { bytesOf } from '../../client/transport/multipart';
import { closeFile, type ItemFile, plainName } from './binary';
import { extensionFor, extensionOf } from '../../client/core/media';

/** Where the server stores a file; everything has a default. */
export type UploadTarget = Partial<Pick<Upload, 'filename' | 'subfolder' | 'type' | 'overwrite' | 'maskOf'>>;

/**
 * Uploads a file and closes it. Without a given name its name is made of its content, and no file on the server is
 * overwritten: the server keeps a file with this name and the same bytes as it is, and stores other bytes under another
 * name. So the same file is stored once, however often it is uploaded, and jobs that use it hit the server's cache.
 * @throws TooLargeError and other errors of the client
 */
export async function uploadFile(
	client: ComfyUiClient,
	file: ItemFile,
	target: UploadTarget,
	{ signal }: AbortOptions = {},
): Promise<UploadedFile> {
	const { size, mimeType } = file;
	const named = target.filename
		? target
		: { ...target, filename: await contentName(file, { signal }), overwrite: false };
	const data = await file.open();
	try {
		const { filename } = named as { filename: string };
		return await client.uploadImage({ ...named, filename, data, size, contentType: mimeType }, { signal });
	} catch (error) {
		const reset = error instanceof ConnectionError && error.reason === 'reset';
		throw reset && !client.host.hosted ? withSizeHint(error) : asError(error);
	} finally {
		closeFile({ data });
	}
}

/** Servers and proxies may refuse a large file by closing the connection; the reason is then lost. */
function withSizeHint({ message, reason, hint }: ConnectionError): ConnectionError {
	const size =
		'If this happens only with large files, raise --max-upload-size of ComfyUI (in megabytes) or the body limit of the proxy in front of it (nginx: client_max_body_size).';
	return new ConnectionError(message, reason, `${hint} ${size}`);
}

/** The MIME type of unknown data, which has no extension. */
const UNKNOWN = 'application/octet-stream';
/** Hexadecimal digits of SHA-256 in a name: 128 bits. */
const DIGITS = 32;

/**
 * A name made of the content of a file: equal bytes get equal names, whatever the file is called. The file is read once
 * for this and again for the upload, since its name has to be known before the first byte is sent, and it may be larger
 * than the memory.
 */
export async function contentName(
	{ fileName, mimeType, open }: Pick<ItemFile, 'fileName' | 'mimeType' | 'open'>,
	{ signal }: AbortOptions = {},
): Promise<string> {
	const hash = createHash('sha256');
	const data = await open();
	try {
		for await (const chunk of bytesOf(data)) {
			throwIfAborted(signal);
			hash.update(chunk);
		}
	} finally {
		closeFile({ data });
	}
	const own = fileName ? extensionOf(plainName(fileName)) : '';
	const extension = own || (mimeType === UNKNOWN ? undefined : extensionFor(mimeType));
	return `n8n-${hash.digest('hex').slice(0, DIGITS)}${extension ? `.${extension}` : ''}`;
}
