import {
	AuthenticationError,
	HttpError,
	NotFoundError,
	NotSupportedError,
	PaymentRequiredError,
	TooLargeError,
} from '../core/errors';

/** An answer with its text read. */
export interface TextResponse {
	status: number;
	headers: Record<string, string>;
	text: string;
}

/** What one status means. The reason that the server gives is appended to the message. */
export interface HttpErrorRow {
	error: 'authentication' | 'payment' | 'not-found' | 'not-supported' | 'too-large' | 'http';
	/** `{base}`, `{path}` and `{status}` are filled in. */
	message: string;
	hint: string;
}

/** Rows by status; `4xx` and `5xx` for every other status, further names for the kinds of one host. */
type HttpErrorTable = Record<string, HttpErrorRow>;

/** How the refusals of one host become errors. */
export interface HttpErrors {
	/** Overrides {@link COMFYUI_ERRORS}. */
	table: HttpErrorTable;
	/** The reason in the text of a refusal. Default: the text itself, unless it is a web page. */
	reason?(response: TextResponse): string;
	/** For refusals that the status alone does not identify: the name of a row, or the error itself. */
	classify?(response: TextResponse, context: HttpErrorContext): string | Error | undefined;
}

export interface HttpErrorContext {
	base: string;
	path: string;
	/** Makes text of the server safe to show. */
	clean(text: string, max?: number): string;
}

export const CHECK_SERVER_URL =
	'Check that the server URL points at ComfyUI itself (it opens the ComfyUI editor in a browser), including the path prefix of a proxy.';

/** What a ComfyUI server, or a proxy before it, means by a status. */
const COMFYUI_ERRORS: HttpErrorTable = {
	401: {
		error: 'authentication',
		message: '{base} refused the credentials (401)',
		hint: 'Check user name and password, token or header in the ComfyUI credential.',
	},
	403: {
		error: 'authentication',
		message: '{base} does not allow the request (403)',
		hint: 'The credential has no access, or the server rejects the Origin or Host header: for a proxy set the Host header to the public name, for ComfyUI itself start it with --enable-cors-header.',
	},
	404: { error: 'not-found', message: '{base} has nothing at {path} (404)', hint: CHECK_SERVER_URL },
	413: {
		error: 'too-large',
		message: 'The server refused the request because it is too large (413)',
		hint: 'Send a smaller file, start ComfyUI with a higher --max-upload-size (megabytes), or raise the body limit of the proxy before it (nginx: client_max_body_size).',
	},
	'4xx': {
		error: 'http',
		message: 'The server answered {path} with status {status}',
		hint: 'Check the server URL and the version of ComfyUI.',
	},
	'5xx': {
		error: 'http',
		message: 'The server answered {path} with status {status}',
		hint: 'Look at the ComfyUI log (and at the proxy before it) for the cause.',
	},
};

/** The error for an answer whose status is not 2xx. */
export function toHttpError(
	response: TextResponse,
	context: HttpErrorContext,
	{ table, reason = reasonIn, classify }: HttpErrors = { table: {} },
): Error {
	const found = classify?.(response, context);
	if (found instanceof Error) return found;
	const { status, headers } = response;
	const rows: HttpErrorTable = { ...COMFYUI_ERRORS, ...table };
	const { error, message, hint } = rows[found ?? status] ?? rows[status < 500 ? '4xx' : '5xx'];
	const why = context.clean(reason(response), 300);
	const path = context.clean(context.path, 120);
	const facts: Record<string, string> = { base: context.base, path, status: String(status) };
	const filled = message.replace(/\{(base|path|status)\}/g, (_, name: string) => facts[name]);
	const text = why ? `${filled}: ${why}` : filled;
	switch (error) {
		case 'authentication':
			return new AuthenticationError(text, status, hint);
		case 'payment':
			return new PaymentRequiredError(text, hint);
		case 'not-found':
			return new NotFoundError(text, hint);
		case 'not-supported':
			return new NotSupportedError(text, hint);
		case 'too-large':
			return new TooLargeError(text, hint);
		case 'http':
			return new HttpError(text, status, hint, retryAfterMs(headers));
	}
}

function reasonIn({ text }: TextResponse): string {
	return isHtml(text) ? '' : text;
}

export function isHtml(text: string): boolean {
	return /^\s*(<!doctype html|<html|<head|<body)/i.test(text.slice(0, 500));
}

/** The wait that an answer asks for, ms (`Retry-After`: seconds or a date); undefined without one. */
export function retryAfterMs(headers: Record<string, string>): number | undefined {
	const text = headers['retry-after']?.trim();
	if (!text) return undefined;
	const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
	return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
