import { AuthenticationError, HttpError, NotFoundError, TooLargeError } from '../../core/errors';
import { Api, type ApiRequest, type TextResponse, retryAfterMs } from '../../transport/Api';
import { parseJson } from '../../core/json';
import { isRecord } from '../../core/guards';

/** Requests to ComfyUI Serverless, with the statuses that it hides put right and its refusals put into words. */
export class ServerlessClient extends Api {
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

/** Why the service refused a request. */
export interface Refusal {
	/** What the status should have been: failures of several kinds arrive as 500 and tell the right one inside. */
	status: number;
	/** The machine-readable kind, such as `rate_limit_exceeded`; empty when there is none. */
	code: string;
	message: string;
	/** What does not fit where in the body of the request (422). */
	details: RefusedPart[];
	/** Milliseconds to wait. */
	retryAfterMs?: number;
}

/** A part of a request that does not have the form that the service wants. */
export interface RefusedPart {
	/** Such as `["body", "workflow", "nodes", "3", "inputs", 0, "value"]`. */
	path: Array<string | number>;
	message: string;
}

/**
 * Reads a refusal in any of its shapes: `{error, message, status_code}`, `{error, retry_after}`,
 * `{detail: "text"}`, `{detail: [{loc, msg}]}`. Plain text is the message itself, a web page says nothing.
 */
export function readRefusal({ status, headers, text }: TextResponse): Refusal {
	const waitMs = retryAfterMs(headers);
	const body = safeParse(text);
	if (!isRecord(body)) {
		const message = /^\s*</.test(text) ? '' : text;
		return { status, code: '', message, details: [], retryAfterMs: waitMs };
	}
	const details = readDetails(body.detail);
	const code = typeof body.error === 'string' ? body.error : '';
	const said = [body.message, body.detail, code].find((value) => typeof value === 'string' && value !== '');
	return {
		status: rightStatus(status, body.status_code),
		code,
		message: details.length > 0 ? details.map(toText).join('; ') : String(said ?? ''),
		details,
		retryAfterMs: waitMs ?? seconds(body.retry_after),
	};
}

/** JSON of an answer; undefined when it is none. */
export function safeParse(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}

function rightStatus(status: number, told: unknown): number {
	return status === 500 && typeof told === 'number' && told >= 400 && told < 600 ? told : status;
}

function readDetails(detail: unknown): RefusedPart[] {
	return (Array.isArray(detail) ? detail : []).filter(isRecord).map(({ loc, msg }) => ({
		path: (Array.isArray(loc) ? loc : []).filter(
			(part): part is string | number => typeof part === 'string' || typeof part === 'number',
		),
		message: typeof msg === 'string' ? msg : 'not accepted',
	}));
}

const toText = ({ path, message }: RefusedPart) =>
	`${path.filter((part) => part !== 'body').join('.')}: ${message}`;

const seconds = (value: unknown) =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value * 1000 : undefined;
