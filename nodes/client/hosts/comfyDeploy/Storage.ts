import type { AbortOptions } from '../../core/time';
import {
	ConnectionError,
	HttpError,
	NotFoundError,
	UnexpectedResponseError,
	asError,
} from '../../core/errors';
import type { Api } from '../../transport/Api';
import type { BytesBody, HttpRequest } from '../../transport/http';
import { connectionError } from '../../transport/connectionErrors';
import { addressFrom } from '../downloads';
import { readText } from '../../transport/readText';
import type { Download } from '../HostFiles';

const MAX_REDIRECTS = 5;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const GONE = new Set([400, 401, 403, 404, 410]);

/**
 * The storage of ComfyUI Deploy, at URLs elsewhere. No credentials are sent to it. The URLs may be signed, so errors
 * show only their origin.
 */
export class Storage {
	constructor(private readonly api: Api) {}

	/**
	 * Stores a file at a signed URL.
	 * @throws HttpError when the storage refuses it
	 */
	async put(url: string, body: BytesBody, publicRead: boolean, { signal }: AbortOptions = {}): Promise<void> {
		const headers: Record<string, string> = publicRead ? { 'x-amz-acl': 'public-read' } : {};
		const response = await this.send({ method: 'PUT', url, headers, body, signal });
		const text = await readText(response.body, 4096, true);
		if (response.status >= 200 && response.status < 300) return;
		// a bucket may need the header although the URL does not name it; a repetition stores the same file
		const refused = response.status === 403 && !publicRead && isRepeatable(body);
		if (refused && /acl|AccessDenied|SignatureDoesNotMatch/i.test(text))
			return await this.put(url, body, true, { signal });
		throw new HttpError(
			`The storage at ${originOf(url)} refused the file (${response.status}): ${this.reasonIn(text)}`,
			response.status,
			'Try again: the URL for an upload is valid for five minutes only. Otherwise check the bucket that this ComfyUI Deploy uses.',
		);
	}

	/**
	 * Opens a file.
	 * @param name the file in errors
	 * @throws NotFoundError when it is no longer there
	 */
	async get(url: string, name: string, { signal }: AbortOptions = {}): Promise<Download> {
		// Content-Length is then the size of the file, also behind a proxy that would compress it
		const headers = { 'accept-encoding': 'identity' };
		const { status, headers: answer, body } = await this.send({ method: 'GET', url, headers, signal });
		if (status === 200) {
			const size = answer['content-length'] ? Number(answer['content-length']) : NaN;
			return {
				stream: body,
				size: Number.isFinite(size) ? size : undefined,
				mimeType: answer['content-type'],
			};
		}
		await readText(body, 4096, true);
		if (GONE.has(status)) {
			throw new NotFoundError(
				`The storage at ${originOf(url)} refuses the file "${name}" (${status}).`,
				'The file may be deleted, or its URL has expired: request the run again to get a new one ("ComfyUI Wait For Completion" with the same prompt ID).',
			);
		}
		throw new HttpError(
			`The storage at ${originOf(url)} answered with status ${status}.`,
			status,
			'Try again later.',
		);
	}

	/** Only code and message: the rest of such an answer repeats the signed text. */
	private reasonIn(text: string): string {
		const parts = [/<Code>([^<]*)/.exec(text)?.[1], /<Message>([^<]*)/.exec(text)?.[1]];
		return this.api.clean(parts.filter(Boolean).join(': '), 200) || 'no reason given';
	}

	/** Sends to a URL elsewhere and follows redirects, if the body can be sent again. */
	private async send(request: Pick<HttpRequest, 'method' | 'headers' | 'body' | 'signal'> & { url: string }) {
		let { url } = request;
		for (let redirects = 0; ; redirects++) {
			const response = await this.open({ ...request, url });
			if (!REDIRECTS.has(response.status)) return response;
			const next = addressFrom(response.headers.location ?? '', url);
			await readText(response.body, 4096, true);
			if (!next || redirects === MAX_REDIRECTS || (request.body && !isRepeatable(request.body))) {
				throw new UnexpectedResponseError(
					`The storage at ${originOf(url)} redirects to ${next ? originOf(next) : 'nowhere'} (${response.status}).`,
					response.status,
					'Try again; if it happens again, check the storage settings of this ComfyUI Deploy.',
				);
			}
			url = next;
		}
	}

	/** Connection errors name the storage, not the host. */
	private async open(request: Omit<HttpRequest, 'path' | 'idleTimeoutMs'> & { url: string }) {
		try {
			return await this.api.open({ ...request, path: '/', redirects: true });
		} catch (error) {
			throw error instanceof ConnectionError ? unreachable(error, originOf(request.url)) : asError(error);
		}
	}
}

function unreachable({ reason }: ConnectionError, origin: string): ConnectionError {
	const { message } = connectionError(reason, origin);
	return new ConnectionError(
		message,
		reason,
		'Try again later; if it happens again, check the storage settings of this ComfyUI Deploy.',
	);
}

/** Whether data can be sent more than once; a stream can be read only once. */
function isRepeatable({ data }: { data?: unknown } & object): boolean {
	return data instanceof Uint8Array || data instanceof Blob;
}

function originOf(url: string): string {
	return new URL(url).origin;
}
