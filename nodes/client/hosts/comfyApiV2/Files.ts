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

/** Files of the Comfy API v2: records with an id, whatever their name. */
export class Files implements HostFiles {
	constructor(
		private readonly api: Api,
		private readonly hostName: string,
	) {}

	/**
	 * Stores a file. Each upload is a record of its own, so nothing is ever overwritten.
	 * @throws NotSupportedError for masks and for folders other than the inputs
	 */
	async upload(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		const { data, filename, subfolder = '', type = 'input' } = upload;
		this.assertPossible(upload);
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
				// the API wants them before the file, so that it can stream what follows
				fields: { content_type: contentType, file_path: pathOf(upload) },
				file: { field: 'file', filename, contentType, data, size: upload.size ?? sizeOf(data) },
			},
		});
		const id = isRecord(answer) ? answer.id : undefined;
		if (typeof id !== 'string' || !id) {
			throw new UnexpectedResponseError(
				`${this.hostName} did not say under which id it keeps the file.`,
				200,
			);
		}
		return { name: filename, subfolder, type, value: assetText(id, filename) };
	}

	private assertPossible({ type = 'input', maskOf }: Upload): void {
		if (maskOf) {
			throw new NotSupportedError(
				`${this.hostName} does not put masks on pictures.`,
				'Upload the mask as a picture of its own and read it with the node LoadImageMask.',
			);
		}
		if (type !== 'input') {
			throw new NotSupportedError(
				`${this.hostName} keeps uploads as inputs only, not as "${type}".`,
				'Choose the type "input".',
			);
		}
	}

	/** Opens a file by its address: that of an asset with the API key, any other without. */
	async download(
		{ filename, url }: FileAddress,
		{ preview, channel, signal }: DownloadOptions = {},
	): Promise<Download> {
		if (preview || (channel && channel !== 'rgba')) {
			throw new NotSupportedError(
				`${this.hostName} hands out files only as they are.`,
				'Fetch the file without conversion and convert it afterwards, for example with n8n\'s "Edit Image" node.',
			);
		}
		if (!url) {
			throw new InvalidInputError(
				`The address of the file "${filename}" is missing.`,
				'Pass on the file as the finished job lists it, with its "url".',
			);
		}
		const path = url.startsWith(this.api.base) ? url.slice(this.api.base.length) : '';
		return CONTENT.test(path)
			? await openStoredFile(this.api, { path, signal }, filename)
			: await openElsewhere(this.api, url, filename, { signal });
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
const REFERENCE = /^(.*) \[asset ([\w-][\w.-]{0,499})\]$/s;

/** The text that stands for an uploaded file until the workflow is sent. */
function assetText(id: string, filename: string): string {
	return `${filename} [asset ${id}]`;
}

/** Puts the object that the API wants in the place of every such text. Objects given by hand stay. */
export function withAssets(workflow: ApiWorkflow): ApiWorkflow {
	return Object.fromEntries(
		Object.entries(workflow).map(([id, node]): [string, ApiNode] => {
			const inputs = Object.entries(node.inputs).map(([name, value]) => [name, toReference(value)]);
			return [id, { ...node, inputs: Object.fromEntries(inputs) as ApiNode['inputs'] }];
		}),
	);
}

function toReference(value: unknown): unknown {
	const [, filename, id] = (typeof value === 'string' && REFERENCE.exec(value)) || [];
	return id ? { __type: 'core/ASSET', info: { id, file_path: filename } } : value;
}
