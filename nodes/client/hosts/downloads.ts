import type { AbortOptions } from '../core/time';
import { HttpError, NotFoundError } from '../core/errors';
import { leadsToLogin, type Api, type ApiRequest } from '../transport/Api';
import type { HttpResponse } from '../transport/http';
import { readText } from '../transport/readText';
import type { Download } from './HostFiles';

/** Content-Length is then the size of the file, also behind a proxy that would compress it. */
const NO_COMPRESSION = { 'accept-encoding': 'identity' };

/**
 * Opens a file that the host serves itself or, by a redirect, from a storage elsewhere. No credentials are sent
 * to the storage. Its URL is signed, so it is a credential itself and never shown.
 * @param name the file in errors
 * @throws NotFoundError when host or storage no longer has it
 */
export async function openStoredFile(api: Api, request: ApiRequest, name: string): Promise<Download> {
	const response = await api.open({ ...request, headers: NO_COMPRESSION, redirects: true });
	if (response.status === 200) return toDownload(response);
	const text = await readText(response.body, 4096, true);
	const { location = '' } = response.headers;
	if (response.status >= 300 && response.status < 400) {
		const url = addressFrom(location, api.base);
		if (!url || leadsToLogin(location)) throw api.redirected(response.status, location);
		return await openElsewhere(api, url, name, { signal: request.signal });
	}
	if (response.status === 404) throw missing(name);
	throw api.toError({ ...response, text }, request.path);
}

/** Opens a file at a URL elsewhere; no credentials are sent. */
export async function openElsewhere(
	api: Api,
	url: string,
	name: string,
	{ signal }: AbortOptions = {},
): Promise<Download> {
	const response = await api.open({ path: '/', url, headers: NO_COMPRESSION, redirects: true, signal });
	if (response.status === 200) return toDownload(response);
	await readText(response.body, 4096, true);
	if ([400, 403, 404, 410].includes(response.status)) throw missing(name);
	throw new HttpError(
		`The storage of the file "${name}" answered with status ${response.status}.`,
		response.status,
		'Try again later.',
	);
}

/** The address of a redirect; undefined when it has another scheme than HTTP. */
export function addressFrom(location: string, base: string): string | undefined {
	const url = location && URL.canParse(location, base) ? new URL(location, base) : undefined;
	return url && /^https?:$/.test(url.protocol) ? url.href : undefined;
}

function toDownload({ headers, body }: HttpResponse): Download {
	const length = Number(headers['content-length']);
	return {
		stream: body,
		size: headers['content-length'] && Number.isFinite(length) ? length : undefined,
		mimeType: headers['content-type'],
	};
}

function missing(name: string): NotFoundError {
	return new NotFoundError(
		`The file "${name}" no longer exists.`,
		'Results are kept for a limited time: fetch them soon after the job, or run it again.',
	);
}
