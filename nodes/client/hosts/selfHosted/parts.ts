import { stringifyExactly } from '../../protocol/json';
import { NotFoundError, passOn } from '../../errors';
import type { Api, ApiRequest } from '../../transport/Api';

/** Small things that the parts of the self-hosted host share. */

/** A JSON request; 64-bit integers keep their digits. */
export function post(path: string, body: unknown, signal?: AbortSignal): ApiRequest {
	return { method: 'POST', path, body: { kind: 'json', text: stringifyExactly(body) }, signal };
}

/** JSON of a GET, or undefined where the server says 404. */
export async function getOrNothing<T>(api: Api, request: ApiRequest): Promise<T | undefined> {
	try {
		return await api.json<T>(request);
	} catch (error) {
		if (error instanceof NotFoundError) return undefined;
		throw passOn(error);
	}
}
