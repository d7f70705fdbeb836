import { AuthenticationError, HttpError, NotFoundError, UnexpectedResponseError } from '../../core/errors';
import { redact, shapesOf, tidy } from '../../core/text';
import type { TextResponse } from '../../transport/httpErrors';
import { isRecord } from '../../core/guards';
import { safeParse } from '../requests';
import { readErrorBody } from './errors';

/** An account of the service. */
export interface Account {
	/** Without a trailing slash. */
	baseUrl: string;
	email: string;
	password: string;
}

/** The result of a login. */
export interface Tokens {
	accessToken: string;
	/** Empty when the service returned none. */
	refreshToken: string;
	/** Epoch ms. */
	expiresAt: number;
	/** Epoch ms from which the tokens are refreshed: one minute before their end, or at half of a very short life. */
	renewAt: number;
}

/** A POST to the service, complete except for what a proxy before it needs. */
interface LoginRequest {
	/** The whole address, without `query`. */
	url: string;
	query?: Record<string, string>;
	headers: Record<string, string>;
	/** Sent as JSON; without it there is no body. */
	body?: Record<string, string>;
}

/** Sends a request and takes every status for an answer. @throws ConnectionError when there is none */
export type SendLogin = (request: LoginRequest) => Promise<TextResponse>;

const RENEW_EARLY_MS = 60_000;
/** The default of the service. */
const USUAL_LIFE_S = 1_800;
/** The code for a request without a token to any route but the login. */
const NOT_THE_LOGIN = 'authentication_required';

/** Whether tokens can be used without renewing them first. @param at epoch ms */
export function isFresh({ renewAt }: Tokens, at = Date.now()): boolean {
	return at < renewAt;
}

/**
 * Logs in with e-mail and password.
 * @throws AuthenticationError when the service refuses them
 */
export async function login(send: SendLogin, account: Account): Promise<Tokens> {
	const { baseUrl, email, password } = account;
	const answer = await send({ url: `${baseUrl}/auth/login`, headers: {}, body: { email, password } });
	const tokens = answer.status >= 200 && answer.status < 300 ? readTokens(answer) : undefined;
	if (tokens) return tokens;
	throw refused(answer, account);
}

/**
 * Replaces tokens: by a refresh, or by another login when the refresh is refused. The documented refresh takes the
 * token as JSON; the real one as a query parameter, and only while the old login is valid.
 * @throws AuthenticationError when the login is refused as well
 */
export async function renew(send: SendLogin, account: Account, tokens: Tokens): Promise<Tokens> {
	return (await refresh(send, account, tokens)) ?? (await login(send, account));
}

async function refresh(send: SendLogin, account: Account, tokens: Tokens): Promise<Tokens | undefined> {
	if (!tokens.refreshToken) return undefined;
	const token = { refresh_token: tokens.refreshToken };
	const headers = { authorization: `Bearer ${tokens.accessToken}` };
	const url = `${account.baseUrl}/auth/refresh`;
	const asJson = await send({ url, headers, body: token });
	const answer = asJson.status === 422 ? await send({ url, headers, query: token }) : asJson;
	if (answer.status === 429) throw refused(answer, account);
	return answer.status >= 200 && answer.status < 300 ? readTokens(answer) : undefined;
}

function readTokens({ text }: TextResponse): Tokens | undefined {
	const body = safeParse(text);
	if (!isRecord(body) || typeof body.access_token !== 'string' || !body.access_token) return undefined;
	const { access_token: accessToken, refresh_token: refreshToken, expires_in: life } = body;
	const lifeMs = (typeof life === 'number' && life > 0 ? life : USUAL_LIFE_S) * 1000;
	const now = Date.now();
	return {
		accessToken,
		refreshToken: typeof refreshToken === 'string' ? refreshToken : '',
		expiresAt: now + lifeMs,
		renewAt: now + Math.max(lifeMs - RENEW_EARLY_MS, lifeMs / 2),
	};
}

/** The error for a login that gave no tokens. */
function refused(answer: TextResponse, { baseUrl, password }: Account): Error {
	const { status, code, message, retryAfterMs } = readErrorBody(answer);
	const said = tidy(redact(message, shapesOf(password)), 300);
	const saying = said ? `: ${said}` : '.';
	if (status === 404 || status === 405 || code === NOT_THE_LOGIN) {
		return new NotFoundError(
			`${baseUrl} has no login at /auth/login (${status}).`,
			'Check the base URL: it is the address below which the service has /auth, /workflows and /health.',
		);
	}
	if (status === 401 || status === 403 || status === 400 || status === 422) {
		return new AuthenticationError(
			`ComfyUI Serverless refused e-mail and password (${status})${saying}`,
			status,
			'Check e-mail address and password in the credential, or use an API key instead.',
		);
	}
	if (status < 400) {
		return new UnexpectedResponseError(
			`${baseUrl} did not answer the login in the form of ComfyUI Serverless (${status}).`,
			status,
			'Check the base URL, and that no proxy answers in place of the service.',
		);
	}
	return new HttpError(
		`ComfyUI Serverless answered the login with status ${status}${saying}`,
		status,
		status === 429 ? 'Try again a little later.' : 'Look at the log of the service for the cause.',
		retryAfterMs,
	);
}
