import type { AbortOptions } from '../../core/time';
import { NotSupportedError, UnexpectedResponseError, TooLargeError } from '../../core/errors';
import { joinUrl } from '../../transport/address';
import type { Api } from '../../transport/Api';
import { sizeOf } from '../../transport/multipart';
import { openStoredFile } from '../downloads';
import type { Download, DownloadOptions, FileAddress, HostFiles, Upload, UploadedFile } from '../HostFiles';
import { uploadRequest, assertName } from '../uploads';
import { isRecord } from '../../core/guards';

const MAX_BYTES = 50 * 1024 * 1024;

/** Uploads and downloads over the deprecated v1 of Comfy Cloud, which stores files under names made from their content. */
export class FilesV1 implements HostFiles {
	constructor(private readonly api: Api) {}

	/**
	 * Stores a file of any kind. Comfy Cloud chooses the name; folders and `overwrite` have no effect.
	 * @throws InvalidInputError, TooLargeError before anything is sent
	 */
	async upload(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		const { data, filename, type = 'input' } = upload;
		assertName(filename);
		assertSize(upload);
		const size = upload.size ?? sizeOf(data);
		const sent = { ...upload, subfolder: undefined, overwrite: undefined };
		const answer = await this.api.json<unknown>(uploadRequest(sent, size, { signal }));
		const facts = isRecord(answer) ? answer : {};
		if (typeof facts.name !== 'string') {
			throw new UnexpectedResponseError('Comfy Cloud did not return the name of the stored file.', 200);
		}
		// files are found by name alone, so a folder in the value would be wrong
		return {
			name: facts.name,
			subfolder: '',
			type: typeof facts.type === 'string' ? facts.type : type,
			value: facts.name,
		};
	}

	/** Opens a file: Comfy Cloud redirects to a storage elsewhere, which must not get the API key. */
	async download(file: FileAddress, { preview, channel, signal }: DownloadOptions = {}): Promise<Download> {
		if (preview) {
			throw new NotSupportedError(
				'Comfy Cloud does not re-encode images.',
				'Download the file as it is and convert it afterwards, for example with n8n\'s "Edit Image" node.',
			);
		}
		const query = { ...place(file), ...(channel && channel !== 'rgba' && { channel }) };
		return await openStoredFile(this.api, { path: '/api/view', query, signal }, file.filename);
	}

	/** The URL of the file, without the API key that it needs. */
	fileUrl(file: FileAddress): string {
		return joinUrl(this.api.base, '/api/view', place(file));
	}
}

/** @throws TooLargeError for a file that is known to be larger than Comfy Cloud accepts */
export function assertSize({ data, size = sizeOf(data) }: Upload): void {
	if (size !== undefined && size > MAX_BYTES) throw tooLarge(size);
}

function place({ filename, subfolder, type }: FileAddress) {
	return { filename, subfolder: subfolder || undefined, type };
}

function tooLarge(size: number): TooLargeError {
	return new TooLargeError(
		`The file has ${(size / 1024 / 1024).toFixed(1)} MB, Comfy Cloud accepts at most 50 MB.`,
		'Send a smaller file. Images may have at most 16384 pixels along an edge and 64 megapixels.',
	);
}
