import type { AbortOptions } from '../core/time';
import { parseJson, stringifyExactly } from '../core/json';
import { NotFoundError, asError, UnexpectedResponseError } from '../core/errors';
import type { Api, ApiRequest } from '../transport/Api';
import type { TextResponse } from '../transport/httpErrors';

/** Requests and answers in the forms that several hosts use. */

/** A JSON request; 64-bit integers keep their digits. */
export function post(path: string, body: unknown, { signal }: AbortOptions = {}): ApiRequest {
	return { method: 'POST', path, body: { kind: 'json', text: stringifyExactly(body) }, signal };
}

/** The error for an answer to a submission that no ComfyUI gives: without an ID there is no job to wait for. */
export function notComfyUiResponse(api: Api, { text, status }: TextResponse): UnexpectedResponseError {
	return new UnexpectedResponseError(
		`${api.base} answered the submission without a prompt ID: ${api.clean(text, 120)}`,
		status,
		'Check that the server URL points at ComfyUI itself (it opens the ComfyUI editor in a browser), including the path prefix of a proxy.',
	);
}

/** The JSON of a GET; undefined for status 404. */
export async function getOrNothing<T>(api: Api, request: ApiRequest): Promise<T | undefined> {
	try {
		return await api.json<T>(request);
	} catch (error) {
		if (error instanceof NotFoundError) return undefined;
		throw asError(error);
	}
}

/** The JSON in a text; undefined when it is not JSON. */
export function safeParse(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}
