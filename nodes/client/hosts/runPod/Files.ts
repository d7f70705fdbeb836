import { type AbortOptions, throwIfAborted } from '../../core/time';
import {
	InvalidInputError,
	NotSupportedError,
	TooLargeError,
	HttpError,
	NotFoundError,
} from '../../core/errors';
import { mediaOf } from '../../core/media';
import { base64Length } from '../../core/base64';
import { listed, tidy, show } from '../../core/text';
import { bytesOf, sizeOf } from '../../transport/multipart';
import type { ApiWorkflow } from '../../core/ApiWorkflow';
import type { Download, DownloadOptions, FileAddress, HostFiles, Upload, UploadedFile } from '../HostFiles';
import { addressFrom } from '../downloads';
import { textsIn, MAX_BODY_BYTES, megabytes } from './outputs';
import type { Api } from '../../transport/Api';
import type { HttpResponse } from '../../transport/http';
import { readText } from '../../transport/readText';

/** A file that is sent together with the jobs that use it. */
export interface InputFile {
	name: string;
	data: Uint8Array;
	mimeType: string;
}

/** Total size of all files in memory. */
const MAX_BYTES = 64 * 1024 * 1024;
/** Prefix of the names of uploads, of this and other clients. */
const OURS = /^with-job-[\da-f]{12}-/;

/**
 * Keeps uploads in memory until the job that uses them is submitted, since RunPod stores no files. A file that was
 * sent stays for another attempt, until its memory is needed.
 */
export class Files implements HostFiles {
	private readonly waiting = new Map<string, InputFile>();
	private readonly sent = new Map<string, InputFile>();
	private bytes = 0;

	constructor(private readonly api: Api) {}

	/**
	 * Keeps a file under a unique name, so that it is never mistaken for a file that a worker still has.
	 * @throws NotSupportedError for masks and folders other than the inputs; TooLargeError
	 */
	async upload(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		assertSupported(upload);
		const data = await read(upload, { signal });
		this.makeRoom(data.byteLength);
		const name = `with-job-${crypto.randomUUID().slice(-12)}-${safeName(upload.filename)}`;
		this.waiting.set(name, { name, data, mimeType: mimeTypeOf(upload) });
		this.bytes += data.byteLength;
		return { name, subfolder: '', type: 'input', value: name };
	}

	/**
	 * The files for a job: those whose names are values of inputs. Their memory may be used for others from now on.
	 * @throws InvalidInputError when a file is no longer, or was never, in memory
	 */
	take(workflow: ApiWorkflow): InputFile[] {
		const names = new Set<string>();
		for (const text of textsIn(workflow)) if (OURS.test(text)) names.add(text.replace(/ \[input\]$/, ''));
		const files = [...names].map((name) => this.waiting.get(name) ?? this.sent.get(name));
		const missing = [...names].filter((_, index) => !files[index]);
		if (missing.length > 0) {
			throw new InvalidInputError(
				`The workflow uses a file that is no longer in memory: ${listed(
					missing.map((name) => tidy(name.replace(OURS, ''), 80)),
				)}.`,
				'RunPod accepts files only together with a job. Upload the file in the same step as the job that uses it (node "ComfyUI"), again for each job.',
			);
		}
		const taken = files.filter((file) => file !== undefined);
		for (const file of taken) {
			this.waiting.delete(file.name);
			this.sent.delete(file.name); // so that it is added at the end
			this.sent.set(file.name, file);
		}
		return taken;
	}

	/**
	 * Opens a file: its bytes when they came with the result, else its URL. The storage gets no credentials.
	 * @throws NotFoundError when the storage no longer has it, NotSupportedError for conversions and files without URL
	 */
	async download(file: FileAddress, options: DownloadOptions = {}): Promise<Download> {
		return await download(this.api, file, options);
	}

	fileUrl({ url }: FileAddress): string | undefined {
		return url;
	}

	clear(): void {
		this.waiting.clear();
		this.sent.clear();
		this.bytes = 0;
	}

	private makeRoom(bytes: number): void {
		for (const [name, { data }] of this.sent) {
			if (this.bytes + bytes <= MAX_BYTES) return;
			this.sent.delete(name);
			this.bytes -= data.byteLength;
		}
		if (this.bytes + bytes <= MAX_BYTES) return;
		throw new TooLargeError(
			`More than ${megabytes(MAX_BYTES)} of files are waiting for their jobs.`,
			'RunPod accepts files only together with a job: submit the jobs that use them before adding more files.',
		);
	}
}

function assertSupported({ filename, maskOf, type = 'input' }: Upload): void {
	if (!filename.trim()) throw new InvalidInputError('The file name is empty.');
	if (maskOf) {
		throw new NotSupportedError(
			'RunPod cannot add a mask to an image.',
			'Upload image and mask as two files and join them in the workflow (Load Image (as Mask), Join Image with Alpha).',
		);
	}
	if (type !== 'input') {
		throw new NotSupportedError(
			`RunPod accepts files as inputs only, not for the folder "${type}".`,
			'Choose "Input" for the folder.',
		);
	}
}

/** Reads a file into memory, up to the size that RunPod accepts. */
async function read(upload: Upload, { signal }: AbortOptions = {}): Promise<Uint8Array> {
	const pieces: Uint8Array[] = [];
	assertSendable(upload.size ?? sizeOf(upload.data) ?? 0, upload.filename);
	let size = 0;
	for await (const piece of bytesOf(upload.data)) {
		if (signal?.aborted) break;
		size += piece.byteLength;
		assertSendable(size, upload.filename);
		pieces.push(piece);
	}
	throwIfAborted(signal);
	const data = new Uint8Array(size);
	let at = 0;
	for (const piece of pieces) {
		data.set(piece, at);
		at += piece.byteLength;
	}
	return data;
}

function assertSendable(bytes: number, filename: string): void {
	const max = Math.floor(MAX_BODY_BYTES.sync / 4) * 3;
	if (base64Length(bytes) <= MAX_BODY_BYTES.sync) return;
	throw new TooLargeError(
		`The file "${tidy(filename, 80)}" has more than ${megabytes(max)}, the maximum that RunPod accepts with a job.`,
		'Send a smaller file, such as a JPEG, or let the workflow load it from a URL or from the network volume.',
	);
}

/** A plain file name with its extension: the worker puts it into a form, and nodes use the extension. */
function safeName(filename: string): string {
	const plain = filename.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/\.{2,}/g, '.');
	return plain.slice(-100);
}

/** Part of the head of a data URI, so only a plain type is allowed. */
function mimeTypeOf({ contentType = '', filename }: Upload): string {
	const [given] = /^[\w.+-]+\/[\w.+-]+/.exec(contentType.trim()) ?? [];
	return given ?? mediaOf(filename).mimeType;
}

const MAX_REDIRECTS = 5;

async function download(
	api: Api,
	{ filename, url, data }: FileAddress,
	{ preview, channel, signal }: DownloadOptions = {},
): Promise<Download> {
	if (preview || channel) {
		throw new NotSupportedError(
			'RunPod cannot convert files.',
			'Turn the conversion off, and convert the file afterwards or in the workflow.',
		);
	}
	if (data) return { stream: streamOf(data), size: data.byteLength };
	if (!url) {
		throw new NotSupportedError(
			`RunPod stores no files: the bytes of ${show(filename)} came only with the result of its job.`,
			'Download the files in the step that waits for the job, or give the endpoint a bucket (BUCKET_ENDPOINT_URL).',
		);
	}
	const response = await follow(api, url, { signal });
	if (response.status !== 200) {
		await readText(response.body, 4096, true).catch(() => '');
		throw refused(filename, response.status);
	}
	const length = Number(response.headers['content-length'] || NaN);
	return {
		stream: response.body,
		size: Number.isFinite(length) ? length : undefined,
		mimeType: response.headers['content-type'],
	};
}

/** The first answer that is not a redirect over HTTP, or the last redirect. */
async function follow(api: Api, url: string, { signal }: AbortOptions = {}): Promise<HttpResponse> {
	for (let redirects = 0, at = url; ; redirects++) {
		const headers = { 'accept-encoding': 'identity' }; // Content-Length is then the size of the file
		const response = await api.open({ path: '', url: at, headers, redirects: true, signal });
		const { location = '' } = response.headers;
		const isRedirect = response.status >= 300 && response.status < 400;
		const next = isRedirect ? addressFrom(location, at) : undefined;
		if (!next || redirects === MAX_REDIRECTS) return response;
		await readText(response.body, 4096, true).catch(() => '');
		at = next;
	}
}

/** The body of the answer does not help, and may repeat the signature of the URL. */
function refused(filename: string, status: number): Error {
	if (status !== 403 && status !== 404 && status !== 410)
		return new HttpError(
			`The storage answered the request for ${show(filename)} with status ${status}.`,
			status,
		);
	return new NotFoundError(
		`The storage refuses ${show(filename)} (${status}).`,
		'URLs made by RunPod are valid for seven days; the file may also have been deleted from the bucket.',
	);
}

async function* streamOf(data: Uint8Array) {
	yield data;
}
