import type { IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';
import {
	ConnectionError,
	HttpError,
	InvalidInputError,
	TooLargeError,
	UnexpectedResponseError,
	isComfyUiError,
} from '../../client/core/errors';
import { isRecord } from '../../client/core/guards';
import { extensionFor, extensionOf, mediaOf } from '../../client/core/media';
import { tidy } from '../../client/core/text';
import type { AbortOptions } from '../../client/core/time';
import { connectionError, toConnectionError } from '../../client/transport/connectionErrors';
import type { ByteStream } from '../../client/transport/http';
import { closeFile, plainName, storedFile, storeStream, type ItemFile } from './binary';
import { detectMimeType, SIGNATURE_BYTES } from './readBase64';

/** The largest file that is downloaded from an address, as ComfyUI takes 100 MB by default. */
const DEFAULT_MAX_MB = 100;

const MEGABYTE = 1024 * 1024;
/** A connection without data for this long is closed. */
const IDLE_TIMEOUT_MS = 60_000;
const MAX_REDIRECTS = 5;
const UNKNOWN_TYPE = 'application/octet-stream';

/** How to download a file from an address. */
export interface FetchOptions extends AbortOptions {
	/** Bytes; a larger file is refused, at the latest when so many have arrived. */
	maxBytes?: number;
}

/** The option "Max Download Size (MB)", in bytes. @throws InvalidInputError when it is not a positive number */
export function readMaxDownload(megabytes: unknown = DEFAULT_MAX_MB): number {
	const number = typeof megabytes === 'string' && megabytes.trim() === '' ? NaN : Number(megabytes);
	if (Number.isFinite(number) && number > 0) return number * MEGABYTE;
	throw new InvalidInputError(
		'"Max Download Size (MB)" is not a number above 0.',
		'Enter a number of megabytes, such as 100.',
	);
}

/** Whether a text is an http(s) address. */
export const isAddress = (text: string): boolean => /^https?:\/\//i.test(text.trim());

/** The address of a file. @throws InvalidInputError when it is not a valid http(s) address */
export function parseFileAddress(text: string): URL {
	const trimmed = text.trim();
	if (isAddress(trimmed) && URL.canParse(trimmed)) return new URL(trimmed);
	throw new InvalidInputError(
		`"${tidy(trimmed, 100)}" is not an address of a file.`,
		'Enter an address that begins with http:// or https://.',
	);
}

/**
 * Downloads a file from an http(s) address into the binary store of n8n. The name of an upload is made of the file's
 * content, so the file is read twice: once for the name, once for the upload. An address cannot be read twice with the
 * same result, and a file in memory could be of any size, so it is stored first.
 *
 * The request goes through n8n's helper, so that the proxy and the egress rules of n8n apply, also to redirects. It
 * contains no credential.
 * @throws TooLargeError, HttpError, UnexpectedResponseError, ConnectionError; none contains the query of the address
 */
export async function fetchAddress(
	context: IExecuteFunctions,
	address: string,
	{ maxBytes = DEFAULT_MAX_MB * MEGABYTE, signal }: FetchOptions = {},
): Promise<ItemFile> {
	const url = parseFileAddress(address);
	const shown = `${url.origin}${url.pathname}`;
	try {
		const { headers, body } = await request(context, url, shown, { signal });
		const expected = lengthOf(headers);
		if (expected !== undefined && expected > maxBytes) {
			closeFile({ data: body });
			throw tooLarge(shown, maxBytes);
		}
		const received = { bytes: 0, head: new Uint8Array(0) };
		const stream = readableFrom(
			body,
			limited(body, received, () => tooLarge(shown, maxBytes), maxBytes),
		);
		const binary = await storeStream(
			context,
			stream,
			plainName(nameOf(url)),
			typeOf(headers) || UNKNOWN_TYPE,
		);
		if (expected !== undefined && received.bytes < expected) throw connectionError('reset', url.origin);
		if (received.bytes === 0) throw noFile(shown, 'an empty answer');
		const file = await storedFile(context, binary);
		return { ...file, ...describeFile(url, typeOf(headers), received.head) };
	} catch (error) {
		throw asAddressError(error, url, { signal });
	}
}

async function request(
	context: IExecuteFunctions,
	url: URL,
	shown: string,
	{ signal }: AbortOptions,
): Promise<{ headers: Record<string, unknown>; body: ByteStream }> {
	const response = (await context.helpers.httpRequest({
		method: 'GET',
		url: url.href,
		// Content-Length is then the size of the file
		headers: { accept: '*/*', 'accept-encoding': 'identity' },
		encoding: 'stream',
		returnFullResponse: true,
		ignoreHttpStatusErrors: true,
		maxRedirects: MAX_REDIRECTS,
		timeout: IDLE_TIMEOUT_MS,
		abortSignal: signal,
	})) as IN8nHttpFullResponse;
	const body = response.body as unknown as ByteStream;
	const isHtml = /^text\/html\b/i.test(typeOf(response.headers));
	if (response.statusCode === 200 && !isHtml) return { headers: response.headers, body };
	closeFile({ data: body });
	if (response.statusCode === 200) throw noFile(shown, 'a web page');
	throw new HttpError(
		`The address ${shown} answered with status ${response.statusCode}.`,
		response.statusCode,
		'Check the address. A file that needs a login has to be downloaded with an HTTP Request node first; then use its binary field.',
	);
}

function noFile(shown: string, what: string): UnexpectedResponseError {
	return new UnexpectedResponseError(
		`The address ${shown} returns ${what} instead of a file.`,
		200,
		'Use the address of the file itself. A link for sharing often leads to a page that shows the file.',
	);
}

function tooLarge(shown: string, maxBytes: number): TooLargeError {
	const max = Number((maxBytes / MEGABYTE).toFixed(1));
	return new TooLargeError(
		`The file at ${shown} has more than ${max} MB.`,
		'Use a smaller file, or raise the option "Max Download Size (MB)".',
	);
}

/** The bytes of the file. Counts them, and keeps the first. @throws the error when there are more than allowed */
async function* limited(
	body: ByteStream,
	received: { bytes: number; head: Uint8Array },
	error: () => Error,
	maxBytes: number,
): ByteStream {
	for await (const chunk of body) {
		received.bytes += chunk.byteLength;
		if (received.bytes > maxBytes) throw error();
		if (received.head.byteLength < SIGNATURE_BYTES) {
			received.head = Buffer.concat([received.head, chunk.subarray(0, SIGNATURE_BYTES)]);
		}
		yield chunk;
	}
}

/**
 * A Node.js `Readable` of the bytes, which the binary store of n8n requires. Nodes may not import `stream`, so the class
 * of the response's own stream makes it.
 */
function readableFrom(body: ByteStream, bytes: ByteStream): ByteStream {
	const { from } = body.constructor as unknown as {
		from(bytes: ByteStream, options: { objectMode: boolean }): ByteStream;
	};
	return from(bytes, { objectMode: false });
}

function lengthOf(headers: Record<string, unknown>): number | undefined {
	const length = Number(headers['content-length'] ?? NaN);
	return headers['content-encoding'] || !Number.isFinite(length) ? undefined : length;
}

const typeOf = (headers: Record<string, unknown>) =>
	String(headers['content-type'] ?? '')
		.split(';')[0]
		.trim()
		.toLowerCase();

/** The last part of the path; an address names files with percent signs. */
function nameOf({ pathname }: URL): string {
	const last = pathname.split('/').pop() ?? '';
	try {
		return decodeURIComponent(last);
	} catch {
		return last;
	}
}

/** Name and type of the file. The first bytes are always right for images; a name such as `photo.php` tells nothing. */
function describeFile(url: URL, reported: string, head: Uint8Array): { fileName: string; mimeType: string } {
	const name = plainName(nameOf(url));
	const detected = detectMimeType(head);
	const byName = mediaOf(name).mimeType;
	const image = detected.startsWith('image/') ? detected : '';
	const types = [image, extensionFor(reported) ? reported : '', byName, reported, detected];
	const mimeType = types.find((type) => type && type !== UNKNOWN_TYPE) ?? UNKNOWN_TYPE;
	const extension = extensionFor(mimeType);
	const own = extensionOf(name);
	const stem = own ? name.slice(0, -own.length - 1) : name;
	return { fileName: byName === mimeType || !extension ? name : `${stem}.${extension}`, mimeType };
}

/** Errors of requests to the address, without what they say about ComfyUI and without the query of the address. */
function asAddressError(error: unknown, { origin }: URL, { signal }: AbortOptions): Error {
	const inner = isRecord(error) && isComfyUiError(error.cause) ? error.cause : error;
	if (isComfyUiError(inner) && !(inner instanceof ConnectionError)) return inner;
	const failure = toConnectionError(inner, origin, { signal });
	if (!(failure instanceof ConnectionError)) return failure;
	if (failure.reason === 'blocked') return failure;
	return new ConnectionError(
		`A file could not be downloaded. ${failure.message}`,
		failure.reason,
		'Check the address. n8n itself has to reach it, not your browser.',
	);
}
