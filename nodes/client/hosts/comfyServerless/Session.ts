import { type AbortOptions, now, orAborted } from '../../core/time';
import { AuthenticationError, asError } from '../../core/errors';
import { isFresh, login, renew, type Account, type SendLogin, type Tokens } from './login';
import { joinUrl } from '../../transport/address';
import { toConnectionError } from '../../transport/connectionErrors';
import type { HttpRequest, HttpTransport } from '../../transport/http';
import { readText } from '../../transport/readText';

/** How long a refused login is not repeated, ms: a hundred items must not lock an account. */
const REFUSED_FOR_MS = 30_000;

/** Keeps an access token fresh; concurrent callers share one refresh. */
export class Session {
	private tokens?: Tokens;
	private renewal?: Promise<Tokens>;
	private lastRefusedLogin?: { error: AuthenticationError; until: number };
	private notify: (tokens: Tokens) => void = () => {};

	constructor(
		private readonly send: SendLogin,
		private readonly account: Account,
	) {}

	/** Calls the listener with all new tokens, before they are used. */
	onTokens(listener: (tokens: Tokens) => void): void {
		this.notify = listener;
	}

	/**
	 * An access token that, according to the service, is valid for at least a minute.
	 * @throws AuthenticationError when the login is refused, AbortedError when the signal fires
	 */
	async token({ signal }: AbortOptions = {}): Promise<string> {
		if (this.tokens && isFresh(this.tokens)) return this.tokens.accessToken;
		return await this.renewed({ signal });
	}

	/** A token other than the one that the service has just refused; see {@link token}. */
	async tokenAfter(refused: string, { signal }: AbortOptions = {}): Promise<string> {
		const another = this.tokens?.accessToken !== refused; // another request has refreshed it
		return another ? await this.token({ signal }) : await this.renewed({ signal });
	}

	/** An abort does not stop the refresh, since other callers wait for it too. */
	private async renewed({ signal }: AbortOptions = {}): Promise<string> {
		this.renewal ??= this.renew().finally(() => {
			this.renewal = undefined;
		});
		return (await orAborted(this.renewal, { signal })).accessToken;
	}

	private async renew(): Promise<Tokens> {
		if (this.lastRefusedLogin && now() < this.lastRefusedLogin.until) throw this.lastRefusedLogin.error;
		try {
			const tokens = await (this.tokens
				? renew(this.send, this.account, this.tokens)
				: login(this.send, this.account));
			this.notify(tokens);
			this.tokens = tokens;
			return tokens;
		} catch (error) {
			if (error instanceof AuthenticationError)
				this.lastRefusedLogin = { error, until: now() + REFUSED_FOR_MS };
			throw asError(error);
		}
	}
}

/** Logins are small and fast. */
const LOGIN_TIMEOUT_MS = 60_000;
const MAX_BYTES = 64 * 1024;

/** Sends logins over a transport. @param query of every request, such as a proxy's token */
export function loginOver(transport: HttpTransport, query: Record<string, string>): SendLogin {
	return async ({ url, query: own, headers, body }) => {
		const response = await transport.send({
			method: 'POST',
			path: '/',
			url: joinUrl(url, '', { ...query, ...own }),
			headers,
			body: body && { kind: 'json', text: JSON.stringify(body) },
			idleTimeoutMs: LOGIN_TIMEOUT_MS,
		});
		try {
			const text = await readText(response.body, MAX_BYTES, true);
			return { status: response.status, headers: response.headers, text };
		} catch (error) {
			throw toConnectionError(error, new URL(url).origin);
		}
	};
}

/**
 * Adds the session's token to every request but those to other origins and to `/health`, which is public. A
 * request that is refused with 401 had no effect, so it is repeated once with another token.
 */
export function withSession(transport: HttpTransport, session: Session): HttpTransport {
	return {
		async send(request) {
			if (request.url !== undefined || request.path.startsWith('/health'))
				return await transport.send(request);
			const token = await session.token({ signal: request.signal });
			const response = await transport.send(withToken(request, token));
			if (response.status !== 401) return response;
			await readText(response.body, MAX_BYTES, true).catch(() => ''); // frees the connection
			const another = await session.tokenAfter(token, { signal: request.signal });
			assertRepeatable(request);
			return await transport.send(withToken(request, another));
		},
		async close() {
			await transport.close?.();
		},
	};
}

function withToken(request: HttpRequest, token: string): HttpRequest {
	return { ...request, headers: { ...request.headers, authorization: `Bearer ${token}` } };
}

/** A stream has been read by now. */
function assertRepeatable({ body }: HttpRequest): void {
	if (body === undefined || body.kind === 'json') return;
	const data = body.kind === 'multipart' ? body.file.data : body.data;
	if (data instanceof Uint8Array || data instanceof Blob) return;
	throw new AuthenticationError(
		'The login to ComfyUI Serverless expired just before the file was sent.',
		401,
		'Send the file once more: the login has been renewed.',
	);
}
