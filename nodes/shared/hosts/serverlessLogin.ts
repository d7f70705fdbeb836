import type { ICredentialDataDecryptedObject, IHttpRequestHelper, IN8nHttpFullResponse } from 'n8n-workflow';
import { isFresh, login, renew, type SendLogin, type Tokens } from '../../client/hosts/comfyServerless/login';
import { comfyServerlessUrl } from '../../client/hosts/baseUrls';
import { joinUrl } from '../../client/transport/address';
import { textOf } from './HostKind';

/** Logins in progress: items that need one at the same time share it. */
const pending = new Map<string, Promise<Tokens>>();
/** The newest tokens of each account, for items that still have older ones. */
const newest = new Map<string, Tokens>();
const MAX_ACCOUNTS = 50;

/**
 * Tokens for a credential, which n8n stores. Newer tokens of the same account are used; old tokens are refreshed, and
 * when the refresh is refused, there is a new login.
 * @returns nothing for credentials with an API key
 * @throws AuthenticationError when the login is refused
 */
export async function renewedLogin(
	context: IHttpRequestHelper,
	credentials: ICredentialDataDecryptedObject,
): Promise<ICredentialDataDecryptedObject> {
	const { authentication, baseUrl, email, password } = credentials;
	if (authentication === 'apiKey') return {};
	const { base, query } = comfyServerlessUrl(textOf(baseUrl));
	const account = { baseUrl: base, email: textOf(email), password: String(password ?? '') };
	const key = JSON.stringify(account);
	const refused = textOf(credentials.accessToken);
	const known = newest.get(key);
	if (known && known.accessToken !== refused && isFresh(known)) return toFields(known);
	const old = known ?? storedTokens(credentials);
	const send = sendOver(context, query);
	const work = pending.get(key) ?? (old ? renew(send, account, old) : login(send, account));
	pending.set(key, work);
	try {
		const tokens = await work;
		newest.delete(key);
		newest.set(key, tokens);
		if (newest.size > MAX_ACCOUNTS) newest.delete(newest.keys().next().value as string);
		return toFields(tokens);
	} finally {
		pending.delete(key);
	}
}

function toFields({ accessToken, refreshToken, renewAt }: Tokens): ICredentialDataDecryptedObject {
	return { accessToken, refreshToken, renewAt };
}

function storedTokens(credentials: ICredentialDataDecryptedObject): Tokens | undefined {
	const [accessToken, refreshToken] = [textOf(credentials.accessToken), textOf(credentials.refreshToken)];
	const renewAt = Number(credentials.renewAt) || 0;
	return refreshToken ? { accessToken, refreshToken, renewAt, expiresAt: renewAt } : undefined;
}

function sendOver({ helpers }: IHttpRequestHelper, query: Record<string, string>): SendLogin {
	return async ({ url, query: own, headers, body }) => {
		const answer = (await helpers.httpRequest({
			method: 'POST',
			url: joinUrl(url, '', { ...query, ...own }),
			headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
			...(body && { body: JSON.stringify(body) }),
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		})) as IN8nHttpFullResponse;
		const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? '');
		const given = Object.entries(answer.headers ?? {}).map(([name, value]) => [name, String(value)]);
		return { status: answer.statusCode, headers: Object.fromEntries(given), text };
	};
}
