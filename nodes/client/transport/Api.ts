import { asError, AuthenticationError, ConnectionError, UnexpectedResponseError } from '../core/errors';
import { parseJson } from '../core/json';
import { parseJsonInPieces } from '../core/jsonPieces';
import { redact, shapesOf, tidy } from '../core/text';
import { refusesPlainHttp, toConnectionError, ofService, WrongSchemeError } from './connectionErrors';
import type { HttpRequest, HttpResponse, HttpTransport } from './http';
import { CHECK_SERVER_URL, type HttpErrors, isHtml, type TextResponse, toHttpError } from './httpErrors';
import { readText } from './readText';

/** A request in the form of the hosts; missing members have defaults. */
export type ApiRequest = Omit<HttpRequest, 'idleTimeoutMs' | 'method'> & {
	method?: HttpRequest['method'];
	idleTimeoutMs?: number;
	/** Returns a redirect as an answer. Default: a redirect is an error. */
	redirects?: boolean;
};

/** Time to find out whether a server expects TLS. */
const PROBE_MS = 5_000;

/** Connection of an HTTP API. */
export interface ApiOptions {
	transport: HttpTransport;
	/** Shown in errors: scheme, host, port, path prefix. */
	base: string;
	/** Texts that must never reach an error, an item or a log. */
	secrets: readonly string[];
	/** Milliseconds without a sign of life; the server's first object_info can take long. */
	idleTimeoutMs: number;
	/** A hosted service: errors then do not mention a ComfyUI of the user's own. Default false. */
	hosted?: boolean;
	/** What the statuses of this host mean. Default: what they mean on a ComfyUI server. */
	errors?: HttpErrors;
}

/** Sends requests and turns answers into data or errors. The content type is never trusted. */
export class Api {
	private readonly secrets: string[];
	private hasAnswered = false;

	constructor(private readonly options: ApiOptions) {
		this.secrets = options.secrets.flatMap(shapesOf);
	}

	get base(): string {
		return this.options.base;
	}

	/** Adds texts that must never be shown, such as new tokens. */
	hide(...secrets: string[]): void {
		for (const secret of secrets.filter(Boolean)) this.secrets.push(...shapesOf(secret));
	}

	/** Server text made safe to show. */
	clean(text: string, max?: number): string {
		return tidy(this.redact(text), max);
	}

	/** Server text without secrets. */
	redact(text: string): string {
		return redact(text, this.secrets);
	}

	/** Sends and leaves the body unread. Redirects are errors. */
	async open(request: ApiRequest): Promise<HttpResponse> {
		const { redirects, ...asked } = request;
		const { transport, idleTimeoutMs } = this.options;
		const sent = transport.send({ method: 'GET', idleTimeoutMs, ...asked });
		const response = await sent.catch(async (error: unknown) => {
			const failure = this.failed(error, request);
			throw (await this.expectsTls(failure, request)) ? new WrongSchemeError(this.base) : failure;
		});
		this.hasAnswered = true;
		const { status, headers } = response;
		if (!redirects && status >= 300 && status < 400 && status !== 304) {
			await readText(response.body, 4096, true).catch(() => '');
			throw this.redirected(status, headers.location ?? '');
		}
		return response;
	}

	/**
	 * Whether a server that broke the first connection without TLS takes one with TLS. It gets no credentials.
	 */
	private async expectsTls(failure: unknown, { url, signal }: ApiRequest): Promise<boolean> {
		const isBroken = failure instanceof ConnectionError && failure.reason === 'reset';
		if (this.hasAnswered || !isBroken || url !== undefined || !this.base.startsWith('http:')) return false;
		const secure = this.base.replace(/^http:/, 'https:');
		try {
			const { transport } = this.options;
			const request = {
				method: 'HEAD',
				path: '/',
				url: `${secure}/`,
				idleTimeoutMs: PROBE_MS,
				signal,
			} as const;
			const { body } = await transport.send(request);
			await readText(body, 4096, true).catch(() => '');
			return true;
		} catch (error) {
			const refused = toConnectionError(error, secure, { signal });
			return (
				refused instanceof ConnectionError &&
				refused.reason === 'tls' &&
				!(refused instanceof WrongSchemeError)
			);
		}
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

	/** Like {@link json}, for an answer of megabytes: other work of the process goes on while it is parsed. */
	async longJson<T>(request: ApiRequest): Promise<T> {
		const response = await this.text(request);
		this.assertOk(response, request.path);
		try {
			return (await parseJsonInPieces(response.text, request)) as T;
		} catch (error) {
			if (!(error instanceof SyntaxError)) throw asError(error);
			throw this.notJson(response.text, response.status, request.path);
		}
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

	/** The error for an answer whose status is not 2xx. */
	toError(response: TextResponse, path: string): Error {
		const { base, errors } = this.options;
		if (refusesPlainHttp(response.status, response.text)) return new WrongSchemeError(base);
		const clean = (text: string, max?: number) => this.clean(text, max);
		return toHttpError(response, { base, path, clean }, errors);
	}

	/** What to throw when no answer, or only a part of it, came. */
	private failed(error: unknown, { signal }: ApiRequest): unknown {
		const failure = toConnectionError(error, this.base, { signal });
		return this.options.hosted ? ofService(failure, this.base) : failure;
	}

	private get wrongAddress(): string {
		return this.options.hosted ? CHECK_BASE_URL : CHECK_SERVER_URL;
	}

	/** The error for an unexpected redirect. */
	redirected(status: number, location: string): Error {
		const target = location.split(/[?#]/)[0];
		if (leadsToLogin(location)) {
			return new AuthenticationError(
				`${this.base} sent a login page instead of an answer.`,
				status,
				this.options.hosted
					? CHECK_BASE_URL
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
		if (!isHtml(text)) {
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
					this.options.hosted ? CHECK_BASE_URL : 'Set the authentication in the ComfyUI credential.',
				)
			: new UnexpectedResponseError(
					`${this.base}${path} answered with a web page instead of data.`,
					status,
					this.wrongAddress,
				);
	}
}

const CHECK_BASE_URL =
	'Check the base URL in the credential, and that no proxy answers in place of the service.';

function isLoginPage(html: string): boolean {
	return /<input[^<>]+type=["']?password/i.test(html) || /log ?in|sign ?in/i.test(html);
}

/** Whether the address of a redirect is that of a login page. */
export function leadsToLogin(location: string): boolean {
	const target = location.split(/[?#]/)[0];
	return /(^|[/.])(log-?in|sign-?in|auth|oauth2?|sso|saml)([/.]|$)/i.test(target);
}
