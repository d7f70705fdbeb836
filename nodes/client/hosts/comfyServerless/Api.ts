import { AuthenticationError, HttpError, NotFoundError, TooLargeError } from '../../core/errors';
import { Api, type ApiRequest, type TextResponse } from '../../transport/Api';
import { readRefusal } from './refusal';

/** Requests to ComfyUI Serverless, with the statuses that it hides put right and its refusals put into words. */
export class ServerlessApi extends Api {
	/** Like that of every API, but a failure that is told inside a 500 has its own status, and 429 a `Retry-After`. */
	override async text(request: ApiRequest): Promise<TextResponse> {
		const response = await super.text(request);
		if (response.status !== 500 && response.status !== 429) return response;
		const { status, retryAfterMs } = readRefusal(response);
		const headers =
			retryAfterMs === undefined
				? response.headers
				: { ...response.headers, 'retry-after': String(retryAfterMs / 1000) };
		return { ...response, status, headers };
	}

	override toError(response: TextResponse, path: string): Error {
		const { status, message, retryAfterMs } = readRefusal(response);
		const said = this.clean(message, 300);
		const saying = said ? `: ${said}` : '.';
		switch (status) {
			case 401:
				return new AuthenticationError(
					`ComfyUI Serverless refused the login (401)${saying}`,
					status,
					'Check the API key, or e-mail and password, in the credential.',
				);
			case 403:
				return new AuthenticationError(
					`ComfyUI Serverless does not allow the request (403)${saying}`,
					status,
					'Use the account that owns the job or file, and check that it is active.',
				);
			case 404:
				return new NotFoundError(
					`ComfyUI Serverless has nothing at ${this.clean(path, 120)} (404)${saying}`,
					'Check the ID and the base URL, and that the account is the one that made it.',
				);
			case 413:
				return new TooLargeError(
					`ComfyUI Serverless refused the request because it is too large (413)${saying}`,
					'Send a smaller file; 100 MB is the most.',
				);
			default:
				return new HttpError(
					status === 429
						? `ComfyUI Serverless takes no more requests for now (429)${saying}`
						: `ComfyUI Serverless answered ${this.clean(path, 120)} with status ${status}${saying}`,
					status,
					hintFor(status),
					retryAfterMs,
				);
		}
	}
}

function hintFor(status: number): string {
	if (status === 429) {
		return 'Try again later, or watch fewer jobs at a time: unless its operator changed that, the service takes 60 requests a minute and 1000 an hour.';
	}
	return status >= 500
		? 'Look at the log of the service for the cause.'
		: 'Check what the message names; the service may also be of another version.';
}
