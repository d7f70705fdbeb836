import type { AbortOptions } from '../../core/time';
import { InvalidInputError, NotFoundError, TooLargeError } from '../../core/errors';
import { SharedPromise } from '../../core/SharedPromise';
import type { OutputFile } from '../../protocol/outputs';
import { joinUrl } from '../../transport/address';
import type { Api } from '../../transport/Api';
import { sizeOf } from '../../transport/multipart';
import { readText } from '../../transport/readText';
import type { Download, DownloadOptions, HostFiles, Upload, UploadedFile } from '../HostFiles';
import { getOrNothing } from '../requests';
import { uploadRequest, assertFolder, assertName } from '../uploads';
import { isRecord } from '../../core/guards';

/** Uploads and downloads files of a ComfyUI server. */
export class Files implements HostFiles {
	private uploadLimit?: SharedPromise<number | undefined>;

	constructor(private readonly api: Api) {}

	/**
	 * Stores a file of any kind.
	 * @throws InvalidInputError, TooLargeError before anything is sent
	 */
	async upload(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		const { data, filename, subfolder = '', type = 'input' } = upload;
		assertName(filename);
		assertFolder(subfolder);
		const size = upload.size ?? sizeOf(data);
		await this.assertFits(size, { signal });
		const answer = await this.api.json(uploadRequest(upload, size, { signal }));
		const facts = isRecord(answer) ? answer : {};
		if (typeof facts.name !== 'string') {
			throw new NotFoundError('The server stored the file but did not return its name.');
		}
		const stored = {
			name: facts.name,
			subfolder: typeof facts.subfolder === 'string' ? facts.subfolder : '',
			type: typeof facts.type === 'string' ? facts.type : type,
		};
		return { ...stored, value: inputValue(stored) };
	}

	private async assertFits(size: number | undefined, { signal }: AbortOptions = {}): Promise<void> {
		if (size === undefined) return;
		const max = await this.maxUploadBytes({ signal });
		if (max === undefined || size <= max) return;
		throw new TooLargeError(
			`The file has ${megabytes(size)}, the server accepts at most ${megabytes(max)}.`,
			'Send a smaller file, or start ComfyUI with a higher --max-upload-size (megabytes).',
		);
	}

	/** Largest request body, bytes; undefined when the server does not report it. */
	private async maxUploadBytes({ signal }: AbortOptions = {}): Promise<number | undefined> {
		if (!this.uploadLimit || this.uploadLimit.spent) {
			this.uploadLimit = new SharedPromise(async ({ signal: stop }) => {
				const request = { path: '/api/features', signal: stop };
				const features = await getOrNothing<Record<string, unknown>>(this.api, request).catch(
					() => undefined, // the upload itself will show what is wrong
				);
				return typeof features?.max_upload_size === 'number' ? features.max_upload_size : undefined;
			});
		}
		return await this.uploadLimit.wait({ signal });
	}

	/** Opens a file; its bytes come as a stream. @throws NotFoundError when the server no longer has it */
	async download(
		file: Pick<OutputFile, 'filename' | 'subfolder' | 'type'>,
		{ preview, channel, signal }: DownloadOptions = {},
	): Promise<Download> {
		const response = await this.api.open({
			path: '/api/view',
			query: {
				...place(file),
				...(preview && { preview: `${preview.format};${preview.quality ?? 90}` }),
				...(channel && { channel }),
			},
			// Content-Length is then the size of the file, also behind a proxy that would compress it
			headers: { 'accept-encoding': 'identity' },
			signal,
		});
		if (response.status === 200) {
			const length = Number(response.headers['content-length']);
			return {
				stream: response.body,
				size: response.headers['content-length'] && Number.isFinite(length) ? length : undefined,
				mimeType: response.headers['content-type'],
			};
		}
		const text = await readText(response.body, 4096, true);
		if (response.status === 404) throw missingFile(file);
		if (response.status === 500 && (preview || channel)) {
			throw new InvalidInputError(
				`The server could not convert "${file.filename}": it is not an image.`,
				'Turn the conversion off for this file.',
			);
		}
		throw this.api.toError({ ...response, text }, '/api/view');
	}

	fileUrl(file: Pick<OutputFile, 'filename' | 'subfolder' | 'type'>): string {
		return joinUrl(this.api.base, '/api/view', place(file));
	}
}

/** `/view` drops directories from the file name, so folder, name and type are always separate. */
function place({ filename, subfolder, type }: Pick<OutputFile, 'filename' | 'subfolder' | 'type'>) {
	return { filename, subfolder: subfolder || undefined, type };
}

/** The value for LoadImage and similar nodes. */
function inputValue({ name, subfolder, type }: { name: string; subfolder: string; type: string }): string {
	return `${subfolder ? `${subfolder}/` : ''}${name}${type === 'input' ? '' : ` [${type}]`}`;
}

function missingFile({
	filename,
	subfolder,
	type,
}: Pick<OutputFile, 'filename' | 'subfolder' | 'type'>): NotFoundError {
	const path = subfolder ? `${subfolder}/${filename}` : filename;
	return new NotFoundError(
		`The server no longer has the file "${path}" (${type}).`,
		type === 'temp'
			? 'Preview files are deleted when ComfyUI starts. Use a Save node for results to keep.'
			: 'A run whose nodes were all cached refers to the files of a previous run, which were deleted or moved since. Change an input (the seed, or filename_prefix) to make them again.',
	);
}

function megabytes(bytes: number): string {
	return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
