import type { AbortOptions } from '../../core/time';
import {
	HttpError,
	InvalidInputError,
	NotFoundError,
	NotSupportedError,
	TooLargeError,
	UnexpectedResponseError,
	asError,
} from '../../core/errors';
import { mediaOf } from '../../core/media';
import { show } from '../../core/text';
import { segment } from '../../transport/address';
import type { Api } from '../../transport/Api';
import { toConnectionError, ofService } from '../../transport/connectionErrors';
import type { ByteStream } from '../../transport/http';
import { sizeOf } from '../../transport/multipart';
import { readText } from '../../transport/readText';
import { openElsewhere, openStoredFile } from '../downloads';
import type { Download, DownloadOptions, FileAddress, HostFiles, UploadedFile } from '../HostFiles';
import type { FileFacts, ServiceUpload } from '../ServiceApi';
import { isRecord } from '../../core/guards';
import { assertName } from '../uploads';
import { safeParse } from '../requests';
import { timeOf } from './jobStatus';

const MAX_BYTES = 100 * 1024 * 1024;

/** Downloads output files where they have a URL, and stores files of any kind in the service. */
export class Files implements HostFiles {
	constructor(private readonly api: Api) {}

	/** @throws NotSupportedError always: a file that Load Image cannot find would fail only when the job runs. */
	async upload(): Promise<UploadedFile> {
		throw new NotSupportedError(
			'ComfyUI Serverless does not pass files on to its ComfyUI, so no workflow can use them.',
			'Let the workflow load the file from a URL or from text (base64) with a node that can, or use another host. To only store a file in the service there is serverless.uploadFile.',
		);
	}

	/**
	 * Stores a file of any kind in the service. Its ComfyUI cannot use it.
	 * @throws InvalidInputError, TooLargeError before anything is sent
	 */
	async store(upload: ServiceUpload, { signal }: AbortOptions = {}): Promise<FileFacts> {
		const { data, filename } = upload;
		assertName(filename);
		const size = upload.size ?? sizeOf(data);
		if (size !== undefined && size > MAX_BYTES) {
			throw new TooLargeError(
				`The file ${show(filename)} has more than 100 MB, the maximum of ComfyUI Serverless.`,
				'Send a smaller file.',
			);
		}
		const contentType = upload.contentType ?? mediaOf(filename).mimeType;
		const path = '/files/upload';
		const response = await this.api.text({
			method: 'POST',
			path,
			signal,
			body: {
				kind: 'multipart',
				fields: upload.description ? { description: upload.description } : {},
				file: { field: 'file', filename, contentType, data, size },
			},
		});
		this.api.assertOk(response, path);
		const answer = this.api.parse(response, path);
		const facts = isRecord(answer) ? answer : {};
		if (typeof facts.file_id === 'string' && facts.file_id)
			return readFacts(facts, { filename, size, contentType });
		throw new UnexpectedResponseError(
			'ComfyUI Serverless stored the file but did not return its ID.',
			response.status,
			'Check that the base URL is that of ComfyUI Serverless.',
		);
	}

	/**
	 * Facts about a stored file. `/files/{id}` fails in the published service, and returns the file itself in its
	 * documentation; then the headers of the file are used.
	 * @throws NotFoundError
	 */
	async facts(fileId: string, { signal }: AbortOptions = {}): Promise<FileFacts> {
		const path = `/files/${segment(fileId, 'file ID')}`;
		const answer = await this.api.open({ path, signal });
		if (answer.status === 200) {
			if (!isJson(answer.headers)) {
				await this.read(answer.body, 1);
				return factsFromHeaders(fileId, answer.headers);
			}
			const facts = safeParse(await this.read(answer.body));
			return isFacts(facts, fileId) ? readFacts(facts) : factsFromHeaders(fileId, answer.headers);
		}
		const text = await this.read(answer.body, 4096);
		if (answer.status !== 500) throw this.api.toError({ ...answer, text }, path);
		const file = await this.api.open({ path: `${path}/download`, signal });
		const said = await this.read(file.body, 1024);
		if (file.status !== 200) throw this.api.toError({ ...file, text: said }, path);
		return factsFromHeaders(fileId, file.headers);
	}

	/** Opens a stored file, on the real route or on the documented one. @throws NotFoundError */
	async open(fileId: string, name = `file ${fileId}`, { signal }: AbortOptions = {}): Promise<Download> {
		const path = `/files/${segment(fileId, 'file ID')}`;
		try {
			return await openStoredFile(this.api, { path: `${path}/download`, signal }, name);
		} catch (error) {
			const noRoute = error instanceof HttpError && error.status === 405;
			if (!(error instanceof NotFoundError) && !noRoute) throw asError(error);
		}
		const file = await openStoredFile(this.api, { path, signal }, name);
		if (!isJson({ 'content-type': file.mimeType ?? '' })) return file;
		const text = await this.read(file.stream);
		if (!isFacts(safeParse(text), fileId)) return { ...file, stream: streamOf(text) };
		throw new NotFoundError(
			`ComfyUI Serverless knows the ${name}, but no longer has its bytes.`,
			'Files are kept for a limited time. Upload the file again.',
		);
	}

	/**
	 * Opens an output file. Only URLs below the base URL get credentials.
	 * @throws NotSupportedError for files without a URL, and for conversions
	 */
	async download(file: FileAddress, { preview, channel, signal }: DownloadOptions = {}): Promise<Download> {
		if (preview || channel) {
			throw new NotSupportedError(
				'ComfyUI Serverless cannot convert files.',
				'Turn the conversion off, and convert the file afterwards or in the workflow.',
			);
		}
		const { filename, data, url } = file;
		if (data) return { stream: streamOf(data), size: data.byteLength };
		if (!url) {
			throw new NotSupportedError(
				`ComfyUI Serverless lists the file ${show(filename)}, but does not return the output files of jobs.`,
				'Download the file from the ComfyUI behind the service with a credential for a self-hosted ComfyUI (it is in its output folder), or let a node of the workflow send it to your own storage.',
			);
		}
		const place = locate(url, this.api.base);
		if (!place)
			throw new InvalidInputError(`The URL of ${show(filename)} does not begin with http:// or https://.`);
		if (place.kind === 'elsewhere') return await openElsewhere(this.api, place.url, filename, { signal });
		if (place.fileId !== undefined) return await this.open(place.fileId, filename, { signal });
		return await openStoredFile(this.api, { path: place.path, query: place.query, signal }, filename);
	}

	fileUrl({ url }: FileAddress): string | undefined {
		return url;
	}

	/** Text of a body. @param maxBytes the rest is discarded */
	private async read(body: ByteStream, maxBytes?: number): Promise<string> {
		try {
			return await readText(body, maxBytes, maxBytes !== undefined);
		} catch (error) {
			throw ofService(toConnectionError(error, this.api.base), this.api.base);
		}
	}
}

const isJson = (headers: Record<string, string>) =>
	/^application\/json\b/i.test(headers['content-type'] ?? '');

async function* streamOf(data: string | Uint8Array): AsyncGenerator<Uint8Array> {
	yield typeof data === 'string' ? new TextEncoder().encode(data) : data;
}

/** Whether JSON is about the file, and not the file itself. */
function isFacts(value: unknown, fileId: string): value is Record<string, unknown> {
	return isRecord(value) && value.file_id === fileId;
}

/** @param known defaults for what the answer does not contain */
function readFacts(facts: Record<string, unknown>, known: Partial<FileFacts> = {}): FileFacts {
	const filename = textOf(facts.filename) || known.filename || 'file';
	return {
		fileId: String(facts.file_id),
		filename,
		contentType: textOf(facts.content_type) || known.contentType || mediaOf(filename).mimeType,
		size: [facts.size, facts.file_size, known.size].find((size): size is number => Number.isFinite(size)),
		createdAt: timeOf(facts.created_at),
		expiresAt: timeOf(facts.expires_at),
	};
}

/** The facts in the headers of the file itself. */
function factsFromHeaders(fileId: string, headers: Record<string, string>): FileFacts {
	const filename = nameIn(headers['content-disposition'] ?? '');
	return readFacts(
		{ file_id: fileId, filename, content_type: headers['content-type']?.split(';')[0].trim() },
		{
			size: headers['content-length'] ? Number(headers['content-length']) : undefined,
		},
	);
}

/** The service writes names without quotes. */
function nameIn(disposition: string): string {
	const [, plain] = /;\s*filename="?([^";]*)/i.exec(disposition) ?? [];
	return plain?.trim() ?? '';
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

/** Where a URL leads: below the base URL, with credentials, or elsewhere, without. */
type Located =
	| { kind: 'here'; path: string; query: Record<string, string>; fileId?: string }
	| { kind: 'elsewhere'; url: string };

const FILE = /^\/files\/([^/]+)(\/download)?$/;

/**
 * Where a URL leads.
 * @param base scheme, host and path prefix of the service, without a trailing slash
 * @returns undefined for anything but http and https
 */
export function locate(address: string, base: string): Located | undefined {
	if (!URL.canParse(address, `${base}/`)) return undefined;
	const url = new URL(address, `${base}/`);
	if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
	const { origin, pathname: prefix } = new URL(`${base}/`);
	if (url.origin !== origin || url.username || !url.pathname.startsWith(prefix))
		return { kind: 'elsewhere', url: url.href };
	const path = url.pathname.slice(prefix.length - 1);
	const [, id] = FILE.exec(path) ?? [];
	return {
		kind: 'here',
		path,
		query: Object.fromEntries(url.searchParams),
		...(id !== undefined && id !== 'upload' && { fileId: decoded(id) }),
	};
}

function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}
