import type { HttpTransport } from '../../transport/http';
import { Api, type ApiOptions } from '../../transport/Api';
import { type AbortOptions, orAborted } from '../../core/time';
import { comfyOrgErrors, readErrorBody } from '../comfyOrg/errors';

/** Which API runs jobs and stores files. v1 is deprecated since August 2026. */
type Version = 'v1' | 'v2';

/** Detects once whether Comfy Cloud serves the Comfy API v2 at its address. */
export class ApiVersion {
	private detection?: Promise<Version>;

	/** @param api with the login of v2 */
	constructor(private readonly api: Api) {}

	/** @throws ConnectionError, and HttpError 5xx, which say nothing about the version */
	async find({ signal }: AbortOptions = {}): Promise<Version> {
		this.detection ??= this.detect().catch((error: unknown) => {
			this.detection = undefined;
			throw error;
		});
		return await orAborted(this.detection, { signal });
	}

	/** Asks for a job that does not exist: only the API v2 answers that in its own form. */
	private async detect(): Promise<Version> {
		const path = `/api/v2/jobs/${crypto.randomUUID()}`;
		const response = await this.api.text({ path });
		if (response.status >= 500 && response.status !== 501) throw this.api.toError(response, path);
		return response.status === 404 && readErrorBody(response.text).code !== '' ? 'v2' : 'v1';
	}
}

/** The API v2 at the same address with the same key, which it takes as a bearer token. */
export function apiV2(options: ApiOptions, apiKey: string, name: string): Api {
	const authorization = `Bearer ${apiKey}`;
	const transport: HttpTransport = {
		send: async (request) =>
			await options.transport.send(
				request.url === undefined ? { ...request, headers: { ...request.headers, authorization } } : request,
			),
	};
	return new Api({ ...options, transport, errors: comfyOrgErrors(name) });
}
