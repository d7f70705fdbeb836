import { HttpError, NotFoundError, NotSupportedError } from '../../core/errors';
import type { Api } from '../../transport/Api';
import type { HttpResponse } from '../../transport/http';
import { readText } from '../../transport/readText';
import { show } from '../../core/text';
import type { Download, DownloadOptions, FileAddress } from '../Host';

const MOST_REDIRECTS = 5;

/**
 * Opens a file: its bytes where they came along, else what its address leads to. Storage gets no credentials.
 * @throws NotFoundError when the storage no longer has it, NotSupportedError for what RunPod cannot do
 */
export async function download(
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
			`RunPod keeps no files: the bytes of ${show(filename)} came with the result of its job only.`,
			'Download the files in the step that waits for the job, or give the endpoint a bucket (BUCKET_ENDPOINT_URL).',
		);
	}
	const response = await follow(api, url, signal);
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

/** The first answer that is no redirect, or the last one that is. */
async function follow(api: Api, url: string, signal?: AbortSignal): Promise<HttpResponse> {
	for (let redirects = 0, at = url; ; redirects++) {
		const headers = { 'accept-encoding': 'identity' }; // Content-Length is then the length of the file
		const response = await api.open({ path: '', url: at, headers, redirects: true, signal });
		const { location } = response.headers;
		const leadsOn = response.status >= 300 && response.status < 400 && location && URL.canParse(location, at);
		if (!leadsOn || redirects === MOST_REDIRECTS) return response;
		await readText(response.body, 4096, true).catch(() => '');
		at = new URL(location, at).href;
	}
}

/** What the storage says in its body helps nobody and may repeat the signature of the address. */
function refused(filename: string, status: number): Error {
	if (status !== 403 && status !== 404 && status !== 410)
		return new HttpError(
			`The storage answered the request for ${show(filename)} with status ${status}.`,
			status,
		);
	return new NotFoundError(
		`The storage does not hand out ${show(filename)}, or no longer (${status}).`,
		'Addresses that RunPod makes are valid for seven days; the file may also have been deleted from the bucket.',
	);
}

async function* streamOf(data: Uint8Array) {
	yield data;
}
