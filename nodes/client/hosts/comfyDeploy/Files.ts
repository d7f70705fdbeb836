import { epochMs } from '../../core/epochMs';
import type { AbortOptions } from '../../core/time';
import {
	UnexpectedResponseError,
	InvalidInputError,
	NotFoundError,
	NotSupportedError,
	TooLargeError,
	HttpError,
	asError,
} from '../../core/errors';
import { mediaOf } from '../../core/media';
import type { Api, ApiRequest } from '../../transport/Api';
import type { BytesBody } from '../../transport/http';
import { sizeOf } from '../../transport/multipart';
import type { Download, DownloadOptions, FileAddress, HostFiles, Upload, UploadedFile } from '../HostFiles';
import { post } from '../requests';
import { lacksRoute } from './errors';
import { type ApiVersion, installationAt, type UploadMethod, type Version } from './ApiVersion';
import { nameIn } from './outputs';
import { Storage } from './Storage';
import { isRecord } from '../../core/guards';
import { show } from '../../core/text';

/**
 * Uploads and downloads files. Installations differ in how they take a file: at a signed URL of their storage,
 * requested with GET (the web app) or with POST (its documentation), or in a form (the hosted API). The methods
 * that send no file are tried first, since a stream cannot be sent twice; the one that works is remembered.
 */
export class Files implements HostFiles {
	private readonly storage: Storage;

	constructor(
		private readonly api: Api,
		private readonly version: ApiVersion,
	) {
		this.storage = new Storage(api);
	}

	/**
	 * Stores a file. Folders and `overwrite` have no effect: every upload gets its own URL.
	 * @returns the URL, which inputs of deployments take, as `value`
	 * @throws InvalidInputError, NotSupportedError, TooLargeError before anything is sent
	 */
	async upload(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		assertSupported(upload);
		const version = await this.version.find({ signal });
		const { data, filename } = upload;
		const contentType = (upload.contentType ?? mediaOf(filename).mimeType).split(';')[0].trim().toLowerCase();
		const size = upload.size ?? sizeOf(data);
		assertFits({ contentType, size }, version);
		const installation = installationAt(this.api.base);
		const signed: UploadMethod[] = size ? ['signed', 'signedByPost'] : [];
		const methods = version === 'v2' ? [...signed, 'form' as const] : signed;
		const tried =
			installation.uploadMethod && methods.includes(installation.uploadMethod)
				? [installation.uploadMethod]
				: methods;
		for (const method of tried.filter((one) => one !== 'form')) {
			const offer = await this.requestUploadUrl(method, upload, { contentType, size }, { signal });
			if (!offer) continue;
			installation.uploadMethod = method;
			const body: BytesBody = { kind: 'bytes', data, contentType, size };
			await this.storage.put(offer.uploadUrl, body, offer.publicRead, { signal }).catch((error: unknown) => {
				throw hasExpired(offer.expiresAt) ? expired(error, offer.expiresAt) : asError(error);
			});
			return uploaded(offer.fileUrl);
		}
		delete installation.uploadMethod;
		if (version === 'v2') return await this.sendForm(upload, { contentType, size }, { signal });
		throw this.missingUrl();
	}

	/** Requests a signed URL for the upload and the URL of the stored file; undefined where there is no such route. */
	private async requestUploadUrl(
		method: UploadMethod,
		{ filename }: Upload,
		{ contentType, size }: FileFacts,
		{ signal }: AbortOptions = {},
	): Promise<Offer | undefined> {
		const path = '/upload-url';
		const request: ApiRequest =
			method === 'signed'
				? { path, query: { type: contentType, file_size: size }, signal }
				: post(path, { filename, content_type: contentType }, { signal });
		const response = await this.api.text(request);
		if (lacksRoute(response)) return undefined;
		this.api.assertOk(response, path);
		const answer = this.api.parse(response, path);
		const facts = isRecord(answer) ? answer : {};
		const uploadUrl = urlIn(facts.upload_url);
		const fileUrl = urlIn(facts.download_url ?? facts.file_url);
		if (!uploadUrl || !fileUrl) throw this.missingUrl();
		const publicRead = facts.include_acl === true || signsAcl(uploadUrl);
		return { uploadUrl, fileUrl, publicRead, expiresAt: epochMs(facts.expires_at) };
	}

	private async sendForm(
		{ data, filename }: Upload,
		{ contentType, size }: FileFacts,
		{ signal }: AbortOptions = {},
	): Promise<UploadedFile> {
		const file = { field: 'file', filename, contentType, data, size };
		const path = '/file/upload';
		const body = { kind: 'multipart' as const, fields: {}, file };
		const answer = await this.api.json({ method: 'POST', path, body, signal });
		const facts = isRecord(answer) ? answer : {};
		const fileUrl = urlIn(facts.file_url);
		if (!fileUrl) throw this.missingUrl();
		installationAt(this.api.base).uploadMethod = 'form';
		return uploaded(fileUrl);
	}

	/** @throws NotSupportedError for conversions, NotFoundError for files without a URL */
	async download({ filename, url }: FileAddress, options: DownloadOptions = {}): Promise<Download> {
		if (options.preview || options.channel) {
			throw new NotSupportedError(
				'ComfyUI Deploy does not convert images.',
				'Turn the conversion off, or convert the image in the workflow of the deployment.',
			);
		}
		if (!url || !URL.canParse(url) || !/^https?:/i.test(url)) {
			throw new NotFoundError(
				`ComfyUI Deploy returned no URL for the file "${filename}".`,
				'Use the files of the result as they are (with their "url"). The open-source web app returns URLs of images, videos and files only, not of audio.',
			);
		}
		return await this.storage.get(url, filename, { signal: options.signal });
	}

	fileUrl({ url }: FileAddress): string | undefined {
		return url;
	}

	private missingUrl(): UnexpectedResponseError {
		return new UnexpectedResponseError(
			'ComfyUI Deploy returned no URL for the upload.',
			200,
			'Check the base URL and the storage settings of this ComfyUI Deploy; or put the file at a public URL and enter that as the value of the input.',
		);
	}
}

/** Where to store a file. */
interface Offer {
	uploadUrl: string;
	fileUrl: string;
	publicRead: boolean;
	/** Epoch ms, where the service says it. */
	expiresAt?: number;
}

const hasExpired = (expiresAt: number | undefined): expiresAt is number =>
	expiresAt !== undefined && Date.now() >= expiresAt;

function expired(error: unknown, expiresAt: number): Error {
	if (!(error instanceof HttpError)) return asError(error);
	return new HttpError(
		`The URL for the upload expired at ${new Date(expiresAt).toISOString()}, before the file was stored (${error.status}).`,
		error.status,
		'Run it again: each upload gets a new URL. A slow connection may need a smaller file.',
	);
}

/** Inputs of deployments take the URL of a file. */
function uploaded(url: string): UploadedFile {
	return { name: nameIn(url), subfolder: '', type: 'input', value: url };
}

function urlIn(value: unknown): string | undefined {
	return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : undefined;
}

/** Storages refuse a request without a signed header, and one with a header that was not signed. */
function signsAcl(url: string): boolean {
	const signed = new URL(url).searchParams.get('X-Amz-SignedHeaders') ?? '';
	return signed.toLowerCase().split(';').includes('x-amz-acl');
}

const MEGABYTE = 1024 * 1024;
const MAX_MEGABYTES: Record<Version, number> = { webApp: 50, v2: 250 };
const WEB_APP_TYPES = ['image/png', 'image/jpg', 'image/jpeg'];
const USE_URL = 'put the file at a public URL and enter that as the value of the input';

/** Facts about a file before it is sent. */
interface FileFacts {
	contentType: string;
	/** Bytes. */
	size?: number;
}

/**
 * Refuses uploads that ComfyUI Deploy does not support, before anything is sent.
 * @throws InvalidInputError, NotSupportedError, TooLargeError
 */
function assertSupported({ filename, maskOf, type = 'input' }: Upload): void {
	if (!filename.trim()) throw new InvalidInputError('The file name is empty.');
	if (maskOf) {
		throw new NotSupportedError(
			'ComfyUI Deploy cannot add a mask to an image.',
			'Upload image and mask as two files, for two inputs of the deployment, and join them in its workflow.',
		);
	}
	if (type !== 'input') {
		throw new NotSupportedError(
			`ComfyUI Deploy accepts files as inputs only, not for the folder "${type}".`,
			'Choose "Input" for the folder.',
		);
	}
}

/** Refuses files that this version does not accept. @throws InvalidInputError, TooLargeError */
function assertFits({ contentType, size }: FileFacts, version: Version): void {
	const max = MAX_MEGABYTES[version];
	if (size !== undefined && size > max * MEGABYTE) {
		throw new TooLargeError(
			`The file has ${(size / MEGABYTE).toFixed(1)} MB, ComfyUI Deploy accepts at most ${max} MB.`,
			`Send a smaller file, or ${USE_URL}.`,
		);
	}
	if (version === 'v2') return;
	if (!WEB_APP_TYPES.includes(contentType)) {
		throw new InvalidInputError(
			`The file is ${show(contentType)}, but this ComfyUI Deploy (the open-source web app) accepts only PNG and JPEG images.`,
			`Convert it first, or ${USE_URL}.`,
		);
	}
	if (!size) {
		throw new InvalidInputError(
			size === 0 ? 'The file is empty.' : 'The size of the file is not known.',
			'ComfyUI Deploy needs the size of a file before the upload.',
		);
	}
}
