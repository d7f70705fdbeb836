import type { AbortOptions } from '../../core/time';
import {
	UnexpectedResponseError,
	InvalidInputError,
	NotSupportedError,
	TooLargeError,
} from '../../core/errors';
import { mediaOf } from '../../core/media';
import type { ApiRequest } from '../../transport/Api';
import type { BytesBody } from '../../transport/http';
import { sizeOf } from '../../transport/multipart';
import type { Upload, UploadedFile } from '../Host';
import { post, type DeployApi, lacksRoute, knownOf, type UploadWay, type Generation } from './Api';
import type { Generations } from './ApiVersion';
import { nameIn } from './outputs';
import type { Storage } from './Storage';
import { isRecord } from '../../core/guards';
import { show } from '../../core/text';

/**
 * Hands files over. Installations differ in the way: a signed address of their storage, asked for with GET
 * (the web app) or with POST (its documents), or a form (the hosted API). The ways that cost no file are
 * tried first, since a stream cannot be sent twice; what works is remembered.
 */
export class Uploads {
	constructor(
		private readonly api: DeployApi,
		private readonly generations: Generations,
		private readonly storage: Storage,
	) {}

	/**
	 * Stores a file. Folders and `overwrite` do not matter: every upload gets an address of its own.
	 * @returns with the address, which inputs take, as `value`
	 * @throws InvalidInputError, NotSupportedError, TooLargeError before anything is sent
	 */
	async upload(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		assertTaken(upload);
		const generation = await this.generations.find({ signal });
		const { data, filename } = upload;
		const contentType = (upload.contentType ?? mediaOf(filename).mimeType).split(';')[0].trim().toLowerCase();
		const size = upload.size ?? sizeOf(data);
		assertFits({ contentType, size }, generation);
		const known = knownOf(this.api.base);
		const signed: UploadWay[] = size ? ['signed', 'signedByPost'] : [];
		const ways = generation === 'v2' ? [...signed, 'form' as const] : signed;
		const tried = known.uploadWay && ways.includes(known.uploadWay) ? [known.uploadWay] : ways;
		for (const way of tried.filter((one) => one !== 'form')) {
			const offer = await this.askForAddress(way, upload, { contentType, size }, { signal });
			if (!offer) continue;
			known.uploadWay = way;
			const body: BytesBody = { kind: 'bytes', data, contentType, size };
			await this.storage.put(offer.uploadUrl, body, offer.publicRead, { signal });
			return uploaded(offer.fileUrl);
		}
		delete known.uploadWay;
		if (generation === 'v2') return await this.sendForm(upload, { contentType, size }, { signal });
		throw this.withoutAddress();
	}

	/** A signed address to send a file to, and the one at which it is then; undefined where there is no such route. */
	private async askForAddress(
		way: UploadWay,
		{ filename }: Upload,
		{ contentType, size }: FileFacts,
		{ signal }: AbortOptions = {},
	): Promise<{ uploadUrl: string; fileUrl: string; publicRead: boolean } | undefined> {
		const path = '/upload-url';
		const request: ApiRequest =
			way === 'signed'
				? { path, query: { type: contentType, file_size: size }, signal }
				: post(path, { filename, content_type: contentType }, { signal });
		const response = await this.api.text(request);
		if (lacksRoute(response)) return undefined;
		this.api.assertOk(response, path);
		const answer = this.api.parse(response, path);
		const facts = isRecord(answer) ? answer : {};
		const uploadUrl = addressIn(facts.upload_url);
		const fileUrl = addressIn(facts.download_url ?? facts.file_url);
		if (!uploadUrl || !fileUrl) throw this.withoutAddress();
		return { uploadUrl, fileUrl, publicRead: facts.include_acl === true || signsAcl(uploadUrl) };
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
		const fileUrl = addressIn(facts.file_url);
		if (!fileUrl) throw this.withoutAddress();
		knownOf(this.api.base).uploadWay = 'form';
		return uploaded(fileUrl);
	}

	private withoutAddress(): UnexpectedResponseError {
		return new UnexpectedResponseError(
			'ComfyUI Deploy gave no address for the upload.',
			200,
			'Check the base URL and the storage settings of this ComfyUI Deploy; or put the file at a public address and enter that as the value of the input.',
		);
	}
}

/** Inputs of deployments take the address of a file. */
function uploaded(url: string): UploadedFile {
	return { name: nameIn(url), subfolder: '', type: 'input', value: url };
}

function addressIn(value: unknown): string | undefined {
	return typeof value === 'string' && /^https?:\/\//i.test(value) && URL.canParse(value) ? value : undefined;
}

/** Storages refuse a signed header that is missing, and one that is there but was not signed. */
function signsAcl(url: string): boolean {
	const signed = new URL(url).searchParams.get('X-Amz-SignedHeaders') ?? '';
	return signed.toLowerCase().split(';').includes('x-amz-acl');
}

const MEGABYTE = 1024 * 1024;
const MAX_MEGABYTES: Record<Generation, number> = { webApp: 50, v2: 250 };
const WEB_APP_TYPES = ['image/png', 'image/jpg', 'image/jpeg'];
const BY_ADDRESS = 'put the file at a public address and enter that as the value of the input';

/** What is known of a file before it is sent. */
interface FileFacts {
	contentType: string;
	/** Bytes. */
	size?: number;
}

/**
 * Refuses what ComfyUI Deploy would not take, before anything is sent.
 * @throws InvalidInputError, NotSupportedError, TooLargeError
 */
function assertTaken({ filename, maskOf, type = 'input' }: Upload): void {
	if (!filename.trim()) throw new InvalidInputError('The file name is empty.');
	if (maskOf) {
		throw new NotSupportedError(
			'ComfyUI Deploy cannot put a mask on a picture.',
			'Upload picture and mask as two files, for two inputs of the deployment, and join them in its workflow.',
		);
	}
	if (type !== 'input') {
		throw new NotSupportedError(
			`ComfyUI Deploy takes files as inputs only, not for the folder "${type}".`,
			'Choose "Input" for the folder.',
		);
	}
}

/** Refuses what this generation would not take. @throws InvalidInputError, TooLargeError */
function assertFits({ contentType, size }: FileFacts, generation: Generation): void {
	const max = MAX_MEGABYTES[generation];
	if (size !== undefined && size > max * MEGABYTE) {
		throw new TooLargeError(
			`The file has ${(size / MEGABYTE).toFixed(1)} MB, ComfyUI Deploy takes at most ${max} MB.`,
			`Send a smaller file, or ${BY_ADDRESS}.`,
		);
	}
	if (generation === 'v2') return;
	if (!WEB_APP_TYPES.includes(contentType)) {
		throw new InvalidInputError(
			`The file is ${show(contentType)}, but this ComfyUI Deploy (the open-source web app) takes only PNG and JPEG pictures.`,
			`Convert it first, or ${BY_ADDRESS}.`,
		);
	}
	if (!size) {
		throw new InvalidInputError(
			size === 0 ? 'The file is empty.' : 'The size of the file is not known.',
			'ComfyUI Deploy wants to know the size of a file before it takes it.',
		);
	}
}
