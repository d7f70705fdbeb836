import type { ICredentialDataDecryptedObject, IHttpRequestHelper, IN8nHttpFullResponse } from 'n8n-workflow';
import { isFresh, login, renew, type SendLogin, type Tokens } from '../../client/hosts/comfyServerless/login';
import { comfyServerlessUrl } from '../../client/hosts/baseUrls';
import { joinUrl } from '../../client/transport/address';
import { textOf } from './HostKind';

/** Logins in progress by account: items that need a login at the same time share one. */
const inProgress = new Map<string, Promise<Tokens>>();
/** The newest tokens by account, for items whose credential still contains older ones. */
const newest = new Map<string, Tokens>();
const MAX_ACCOUNTS = 50;

/**
 * Gets tokens for a credential; n8n stores them. Uses fresh tokens of another item if there are any. Otherwise refreshes
 * the old tokens, and logs in again when the refresh is refused.
 * @returns an empty object for credentials with an API key
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
	const work = inProgress.get(key) ?? (old ? renew(send, account, old) : login(send, account));
	inProgress.set(key, work);
	try {
		const tokens = await work;
		newest.delete(key);
		newest.set(key, tokens);
		if (newest.size > MAX_ACCOUNTS) newest.delete(newest.keys().next().value as string);
		return toFields(tokens);
	} finally {
		inProgress.delete(key);
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
		const response: IN8nHttpFullResponse = await helpers.httpRequest({
			method: 'POST',
			url: joinUrl(url, '', { ...query, ...own }),
			headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
			...(body && { body: JSON.stringify(body) }),
			encoding: 'text',
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		});
		const text = typeof response.body === 'string' ? response.body : JSON.stringify(response.body ?? '');
		const entries = Object.entries(response.headers ?? {}).map(([name, value]) => [name, String(value)]);
		return { status: response.statusCode, headers: Object.fromEntries(entries), text };
	};
}
