import type { AbortOptions } from '../../core/time';
import { InvalidInputError, NotSupportedError, UnexpectedResponseError } from '../../core/errors';
import { mediaOf } from '../../core/media';
import type { Api } from '../../transport/Api';
import { sizeOf } from '../../transport/multipart';
import { openElsewhere, openStoredFile } from '../downloads';
import type { Download, DownloadOptions, FileAddress, HostFiles, Upload, UploadedFile } from '../HostFiles';
import { isRecord } from '../../core/guards';
import { assertFolder, assertName } from '../uploads';
import type { ApiNode, ApiWorkflow } from '../../core/ApiWorkflow';

/** The API key is sent only to such URLs. Real asset IDs are `base64url.base64url`. */
const CONTENT = /^\/api\/v2\/assets\/[\w-]+(\.[\w-]+)*\/content$/;

/** Whether a URL is that of an asset of some service with the API. */
export const isAssetUrl = (url: string) =>
	URL.canParse(url) && /\/api\/v2\/assets\/[^/]+\/content$/.test(new URL(url).pathname);

/** Uploads and downloads assets: records with an ID, independent of their name. */
export class Files implements HostFiles {
	constructor(
		private readonly api: Api,
		private readonly hostName: string,
	) {}

	/**
	 * Stores a file. Each upload is a new record, so nothing is ever overwritten.
	 * @throws NotSupportedError for masks and for folders other than the inputs
	 */
	async upload(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		const { data, filename, subfolder = '', type = 'input' } = upload;
		this.assertSupported(upload);
		assertName(filename);
		assertFolder(subfolder);
		const contentType = upload.contentType ?? mediaOf(filename).mimeType;
		const path = '/api/v2/assets';
		const answer = await this.api.json<unknown>({
			method: 'POST',
			path,
			signal,
			body: {
				kind: 'multipart',
				// before the file, which the API then streams
				fields: { content_type: contentType, file_path: pathOf(upload) },
				file: { field: 'file', filename, contentType, data, size: upload.size ?? sizeOf(data) },
			},
		});
		const id = isRecord(answer) ? answer.id : undefined;
		if (typeof id !== 'string' || !id) {
			throw new UnexpectedResponseError(`${this.hostName} did not return the ID of the stored file.`, 200);
		}
		return { name: filename, subfolder, type, value: assetText(id, filename) };
	}

	private assertSupported({ type = 'input', maskOf }: Upload): void {
		if (maskOf) {
			throw new NotSupportedError(
				`${this.hostName} does not add masks to images.`,
				'Upload the mask as a separate image and read it with the node LoadImageMask.',
			);
		}
		if (type !== 'input') {
			throw new NotSupportedError(
				`${this.hostName} stores uploads as inputs only, not as "${type}".`,
				'Choose the type "input".',
			);
		}
	}

	/** Opens a file by its URL: that of an asset with the API key, any other without. */
	async download(
		{ filename, url }: FileAddress,
		{ preview, channel, signal }: DownloadOptions = {},
	): Promise<Download> {
		if (preview || (channel && channel !== 'rgba')) {
			throw new NotSupportedError(
				`${this.hostName} does not convert files.`,
				'Download the file without conversion and convert it afterwards, for example with n8n\'s "Edit Image" node.',
			);
		}
		if (!url) {
			throw new InvalidInputError(
				`The URL of the file "${filename}" is missing.`,
				'Pass the file as the finished job lists it, with its "url".',
			);
		}
		const path = url.startsWith(this.api.base) ? url.slice(this.api.base.length) : '';
		return CONTENT.test(path)
			? await openStoredFile(this.api, { path, signal }, filename)
			: await openElsewhere(this.api, url, filename, { signal });
	}

	addressOf(value: string): FileAddress | undefined {
		const [, filename, id] = REFERENCE.exec(value) ?? [];
		if (!id) return undefined;
		return { filename, subfolder: '', type: 'input', url: `${this.api.base}/api/v2/assets/${id}/content` };
	}

	fileUrl({ url }: FileAddress): string | undefined {
		return url;
	}
}

/** A path with a folder has to begin with `input/`. */
function pathOf({ subfolder, filename }: Upload): string {
	return subfolder ? `input/${subfolder}/${filename}` : filename;
}

/** `photo.png [asset 9f8a...]`: an uploaded file in one text, like ComfyUI's own `photo.png [temp]`. */
const REFERENCE = /^(.*) \[asset ([\w-][\w.-]*)\]$/s;

/** The text that represents an uploaded file until the workflow is sent. */
function assetText(id: string, filename: string): string {
	return `${filename} [asset ${id}]`;
}

/** Replaces every such text by the reference object of the API. Reference objects in the workflow stay. */
export function withAssets(workflow: ApiWorkflow): ApiWorkflow {
	return Object.fromEntries(
		Object.entries(workflow).map(([id, node]): [string, ApiNode] => {
			const inputs = Object.entries(node.inputs).map(([name, value]) => [name, toReference(value)]);
			return [id, { ...node, inputs: Object.fromEntries(inputs) as ApiNode['inputs'] }];
		}),
	);
}

/** Whether a workflow uses files that were uploaded over the API, or its reference objects. */
export function usesAssets(workflow: ApiWorkflow): boolean {
	const isAsset = (value: unknown) =>
		(typeof value === 'string' && REFERENCE.test(value)) ||
		(isRecord(value) && value.__type === 'core/ASSET');
	return Object.values(workflow).some(({ inputs }) => Object.values(inputs).some(isAsset));
}

function toReference(value: unknown): unknown {
	const [, filename, id] = (typeof value === 'string' && REFERENCE.exec(value)) || [];
	return id ? { __type: 'core/ASSET', info: { id, file_path: filename } } : value;
}
