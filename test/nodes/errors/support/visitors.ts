import type { Visitor } from './Theatre';

/** Secrets with characters that addresses and headers write in another way. */
const SECRET = 'canary/7f3a+9c';
const USER = 'canary-user';
const BASIC = Buffer.from(`${USER}:${SECRET}`).toString('base64');
const encoded = encodeURIComponent(SECRET);

/** All ways to write what must not be shown. */
export const forbidden = [SECRET, encoded, BASIC, USER];

/** What a server may repeat; a user's name alone is no secret, but nothing of ours repeats it either. */
const echo = [SECRET, encoded, BASIC].join('~');
const basic = { kind: 'basic', user: USER, password: SECRET } as const;
const basicHeaders = { authorization: `Basic ${BASIC}` };

/** One client for each place where a secret can be. */
export const visitors: Record<string, Visitor> = {
	'password in the URL': {
		credential: (url) => ({ url: url.replace('://', `://${USER}:${encoded}@`) }),
		options: { auth: basic },
		headers: basicHeaders,
		echo,
	},
	'user and password': {
		credential: (url) => ({ url, authentication: 'basic', user: USER, password: SECRET }),
		options: { auth: basic },
		headers: basicHeaders,
		echo,
	},
	'token in the URL': {
		credential: (url) => ({ url: `${url}/?token=${encoded}` }),
		options: { auth: { kind: 'login', token: SECRET } },
		query: `?token=${encoded}`,
		echo: `${SECRET}~${encoded}`,
	},
	'query parameter': {
		credential: (url) => ({ url, authentication: 'query', queryName: 'token', queryToken: SECRET }),
		options: { auth: { kind: 'login', token: SECRET } },
		query: `?token=${encoded}`,
		echo: `${SECRET}~${encoded}`,
	},
	header: {
		credential: (url) => ({
			url,
			authentication: 'headers',
			headers: { values: [{ name: 'X-API-Key', value: SECRET }] },
		}),
		options: { auth: { kind: 'header', name: 'X-API-Key', value: SECRET } },
		headers: { 'x-api-key': SECRET },
		echo: SECRET,
	},
	'bearer token': {
		credential: (url) => ({ url, authentication: 'bearer', token: SECRET }),
		options: { auth: { kind: 'bearer', token: SECRET } },
		headers: { authorization: `Bearer ${SECRET}` },
		echo: SECRET,
	},
	'partner API key': { credential: (url) => ({ url, partnerApiKey: SECRET }), echo: SECRET },
};
