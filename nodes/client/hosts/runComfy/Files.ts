import { type AbortOptions, throwIfAborted } from '../../core/time';
import { InvalidInputError, NotFoundError, NotSupportedError, TooLargeError } from '../../core/errors';
import { toBase64 } from '../../core/base64';
import { mediaOf } from '../../core/media';
import { show } from '../../core/text';
import { bytesOf, sizeOf } from '../../transport/multipart';
import type { Download, DownloadOptions, FileAddress, HostFiles, Upload, UploadedFile } from '../HostFiles';
import { openElsewhere } from '../downloads';
import type { Api } from './Api';

const MEGABYTE = 1024 * 1024;
/** A bound of this client, since the whole file is in memory and in one request; RunComfy documents none. */
const MAX_MEGABYTES = 20;
const USE_URL = 'Put the file at a public URL and enter that as the value of the input.';

/** Files travel inside the request, as data URIs: inputs of RunComfy take those, or public URLs. */
export class Files implements HostFiles {
	constructor(private readonly api: Api) {}

	/**
	 * Sends nothing.
	 * @returns the file as a data URI, which inputs of deployments take, as `value`
	 * @throws InvalidInputError, NotSupportedError, TooLargeError
	 */
	async upload(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		assertSupported(upload);
		const data = await read(upload, { signal });
		const value = `data:${mimeTypeOf(upload)};base64,${toBase64(data)}`;
		return { name: upload.filename, subfolder: '', type: 'input', value };
	}

	/** @throws NotSupportedError for conversions, NotFoundError for files without a URL and for those that were deleted */
	async download({ filename, url }: FileAddress, options: DownloadOptions = {}): Promise<Download> {
		if (options.preview || options.channel) {
			throw new NotSupportedError(
				'RunComfy does not convert images.',
				'Turn the conversion off, or convert the image in the workflow of the deployment.',
			);
		}
		if (!url || !URL.canParse(url) || !/^https?:/i.test(url)) {
			throw new NotFoundError(
				`RunComfy returned no URL for the file ${show(filename)}.`,
				'Use the files of the result as they are (with their "url").',
			);
		}
		return await openElsewhere(this.api, url, filename, { signal: options.signal });
	}

	fileUrl({ url }: FileAddress): string | undefined {
		return url;
	}
}

function assertSupported({ filename, maskOf, type = 'input' }: Upload): void {
	if (!filename.trim()) throw new InvalidInputError('The file name is empty.');
	if (maskOf) {
		throw new NotSupportedError(
			'RunComfy cannot add a mask to an image.',
			'Give image and mask to two inputs of the deployment, and join them in its workflow.',
		);
	}
	if (type !== 'input') {
		throw new NotSupportedError(
			`RunComfy accepts files as inputs only, not for the folder "${type}".`,
			'Choose "Input" for the folder.',
		);
	}
}

async function read({ data, size, filename }: Upload, { signal }: AbortOptions): Promise<Uint8Array> {
	assertSendable(size ?? sizeOf(data) ?? 0, filename);
	const pieces: Uint8Array[] = [];
	let length = 0;
	for await (const piece of bytesOf(data)) {
		if (signal?.aborted) break;
		length += piece.byteLength;
		assertSendable(length, filename);
		pieces.push(piece);
	}
	throwIfAborted(signal);
	const bytes = new Uint8Array(length);
	let at = 0;
	for (const piece of pieces) {
		bytes.set(piece, at);
		at += piece.byteLength;
	}
	return bytes;
}

function assertSendable(bytes: number, filename: string): void {
	if (bytes <= MAX_MEGABYTES * MEGABYTE) return;
	throw new TooLargeError(
		`The file ${show(filename)} has more than ${MAX_MEGABYTES} MB, which is too much for a request to RunComfy.`,
		USE_URL,
	);
}

/** Part of the head of a data URI, so only a plain type is allowed. */
function mimeTypeOf({ contentType = '', filename }: Upload): string {
	const [given] = /^[\w.+-]+\/[\w.+-]+/.exec(contentType.trim()) ?? [];
	return given ?? mediaOf(filename).mimeType;
}
