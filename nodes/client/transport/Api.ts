import {
	AuthenticationError,
	HttpError,
	NotFoundError,
	TooLargeError,
	UnexpectedResponseError,
} from '../core/errors';
import { parseJson } from '../core/json';
import { redact, shapesOf, tidy } from '../core/text';
import { toConnectionError, ofService } from './connectionErrors';
import type { HttpRequest, HttpResponse, HttpTransport } from './http';
import { readText } from './readText';
/** A request as the hosts write it; what is left out has a default. */
export type ApiRequest = Omit<HttpRequest, 'idleTimeoutMs' | 'method'> & {
	method?: HttpRequest['method'];
	idleTimeoutMs?: number;
	/** Takes a redirect for an answer, to be followed by hand. Default: it is an error. */
	redirects?: boolean;
};

/** An answer with its text read. */
export interface TextResponse {
	status: number;
	headers: Record<string, string>;
	text: string;
}

/** What an HTTP API needs to know of the connection. */
export interface ApiOptions {
	transport: HttpTransport;
	/** Shown in errors: scheme, host, port, path prefix. */
	base: string;
	/** Texts that must never reach an error, an item or a log. */
	secrets: readonly string[];
	/** Milliseconds without a sign of life; the server's first object_info can take long. */
	idleTimeoutMs: number;
	/** A service and no ComfyUI of one's own, which errors then do not speak of. Default false. */
	hosted?: boolean;
}

/** Requests with the answer's meaning worked out: text first, content type never trusted. */
export class Api {
	private readonly secrets: string[];

	constructor(private readonly options: ApiOptions) {
		this.secrets = options.secrets.flatMap(shapesOf);
	}

	get base(): string {
		return this.options.base;
	}

	/** Adds texts that must never be shown, such as tokens that came later. */
	hide(...secrets: string[]): void {
		for (const secret of secrets.filter(Boolean)) this.secrets.push(...shapesOf(secret));
	}

	/** Server text made safe to show. */
	clean(text: string, max?: number): string {
		return tidy(this.redact(text), max);
	}

	/** Server text without the secrets that it repeats. */
	redact(text: string): string {
		return redact(text, this.secrets);
	}

	/** Sends and leaves the body unread. Redirects and login pages are errors here already. */
	async open(request: ApiRequest): Promise<HttpResponse> {
		const { redirects, ...asked } = request;
		const { transport, idleTimeoutMs } = this.options;
		const sent = transport.send({ method: 'GET', idleTimeoutMs, ...asked });
		const response = await sent.catch((error: unknown) => {
			throw this.failed(error, request);
		});
		const { status, headers } = response;
		if (!redirects && status >= 300 && status < 400 && status !== 304) {
			await readText(response.body, 4096, true).catch(() => '');
			throw this.redirected(status, headers.location ?? '');
		}
		return response;
	}

	/** Sends and reads the text of the answer, whatever its status. */
	async text(request: ApiRequest): Promise<TextResponse> {
		const { status, headers, body } = await this.open(request);
		try {
			return { status, headers, text: await readText(body) };
		} catch (error) {
			throw this.failed(error, request);
		}
	}

	/**
	 * Sends and reads JSON.
	 * @throws NotFoundError on 404 and other {@link ComfyUiError}s on every status but 2xx
	 */
	async json<T>(request: ApiRequest): Promise<T> {
		const response = await this.text(request);
		this.assertOk(response, request.path);
		return this.parse(response, request.path) as T;
	}

	/** Sends a command whose success has an empty body. */
	async command(request: ApiRequest): Promise<void> {
		this.assertOk(await this.text(request), request.path);
	}

	/** Parses the text of an answer. */
	parse({ text, status }: TextResponse, path: string): unknown {
		try {
			return parseJson(text);
		} catch {
			throw this.notJson(text, status, path);
		}
	}

	/** @throws when the status is not 2xx */
	assertOk(response: TextResponse, path: string): void {
		if (response.status < 200 || response.status >= 300) throw this.toError(response, path);
	}

	/** The error that an answer stands for. */
	toError({ status, text, headers }: TextResponse, path: string): Error {
		const said = looksLikeHtml(text) ? '' : this.clean(text, 300);
		const saying = said ? `: ${said}` : '';
		if (status === 401 || status === 403) return this.refused(status, saying);
		if (status === 404)
			return new NotFoundError(`${this.base} has nothing at ${path} (404)${saying}`, WRONG_ADDRESS);
		if (status === 413) {
			return new TooLargeError(
				`The server refused the request because it is too large (413)${saying}`,
				'Send a smaller file, start ComfyUI with a higher --max-upload-size (megabytes), or raise the body limit of the proxy before it (nginx: client_max_body_size).',
			);
		}
		return new HttpError(
			`The server answered ${path} with status ${status}${saying}`,
			status,
			status >= 500
				? 'Look at the ComfyUI log (and at the proxy before it) for the cause.'
				: 'Check the server URL and the version of ComfyUI.',
			retryAfterMs(headers),
		);
	}

	private refused(status: number, saying: string): AuthenticationError {
		return status === 401
			? new AuthenticationError(
					`${this.base} refused the credentials (401)${saying}`,
					status,
					'Check user name and password, token or header in the ComfyUI credential.',
				)
			: new AuthenticationError(
					`${this.base} does not allow the request (403)${saying}`,
					status,
					'The credential has no access, or the server rejects the Origin or Host header: for a proxy set the Host header to the public name, for ComfyUI itself start it with --enable-cors-header.',
				);
	}

	/** What to throw when no answer, or only a part of it, came. */
	private failed(error: unknown, { signal }: ApiRequest): unknown {
		const failure = toConnectionError(error, this.base, { signal });
		return this.options.hosted ? ofService(failure, this.base) : failure;
	}

	private get wrongAddress(): string {
		return this.options.hosted ? WRONG_BASE_URL : WRONG_ADDRESS;
	}

	/** The error that a redirect stands for where none is expected. */
	redirected(status: number, location: string): Error {
		const target = location.split(/[?#]/)[0];
		if (leadsToLogin(location)) {
			return new AuthenticationError(
				`${this.base} sent a login page instead of an answer.`,
				status,
				this.options.hosted
					? WRONG_BASE_URL
					: 'Set the authentication in the ComfyUI credential; for the ComfyUI-Login extension choose "Bearer Token" or the query parameter "token" with the token from the server log.',
			);
		}
		return new UnexpectedResponseError(
			`${this.base} redirects to ${this.clean(target, 120) || 'another address'} (${status}).`,
			status,
			`Enter the address that the redirect leads to as the ${this.options.hosted ? 'base' : 'server'} URL (often https:// instead of http://).`,
		);
	}

	private notJson(text: string, status: number, path: string): Error {
		if (!looksLikeHtml(text)) {
			return new UnexpectedResponseError(
				`${this.base}${path} answered with something that is not JSON: ${this.clean(text, 120) || '(nothing)'}`,
				status,
				this.wrongAddress,
			);
		}
		return isLoginPage(text.slice(0, 20_000))
			? new AuthenticationError(
					`${this.base} sent a login page instead of an answer.`,
					status,
					this.options.hosted ? WRONG_BASE_URL : 'Set the authentication in the ComfyUI credential.',
				)
			: new UnexpectedResponseError(
					`${this.base}${path} answered with a web page instead of data.`,
					status,
					this.wrongAddress,
				);
	}
}

const WRONG_ADDRESS =
	'Check that the server URL points at ComfyUI itself (it opens the ComfyUI editor in a browser), including the path prefix of a proxy.';

const WRONG_BASE_URL =
	'Check the base URL in the credential, and that nothing before the service answers in its place.';

/** Whether the address of a redirect is that of a login page. */
export function leadsToLogin(location: string): boolean {
	const target = location.split(/[?#]/)[0];
	return /(^|[/.])(log-?in|sign-?in|auth|oauth2?|sso|saml)([/.]|$)/i.test(target);
}

function looksLikeHtml(text: string): boolean {
	return /^\s*(<!doctype html|<html|<head|<body)/i.test(text.slice(0, 500));
}

function isLoginPage(html: string): boolean {
	return /<input[^<>]+type=["']?password/i.test(html) || /log ?in|sign ?in/i.test(html);
}

/** Milliseconds after which an answer asks to be tried again (`Retry-After`: seconds or a date); undefined without. */
export function retryAfterMs(headers: Record<string, string>): number | undefined {
	const text = headers['retry-after']?.trim();
	if (!text) return undefined;
	const ms = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
	return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
