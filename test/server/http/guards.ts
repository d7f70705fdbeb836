import type { IncomingHttpHeaders } from 'node:http';
import type { AuthOption, Settings } from '../options';
import type { Has } from '../version';
import { bytes, empty, text, troubled, type Reply } from './Reply';

const LOGIN_PAGE =
	'<!DOCTYPE html><html><head><title>Login</title></head><body><form method="post" action="/login">' +
	'<input type="password" name="password"><button>Login</button></form></body></html>';

export function loginPage(): Reply {
	return text(200, LOGIN_PAGE, 'text/html');
}

function isLoopback(host: string): boolean {
	return host === 'localhost' || host === '[::1]' || /^127(\.\d+){3}$/.test(host);
}

function hostOf(url: string): { name: string; port: string } | undefined {
	try {
		const { hostname, port } = new URL(url);
		return { name: hostname.toLowerCase(), port };
	} catch {
		return undefined;
	}
}

/** 403 for what looks like a foreign web page: Origin other than a loopback Host, or a cross-site fetch. */
export function refuseForeignOrigin(headers: IncomingHttpHeaders, has: Has): Reply | undefined {
	if (has('crossSiteRefused') && headers['sec-fetch-site'] === 'cross-site') return empty(403);
	const host = hostOf(`http://${headers.host ?? ''}`);
	const origin = hostOf(headers.origin ?? '');
	if (!host || !origin || !isLoopback(host.name)) return undefined;
	const samePort = host.port === '' || origin.port === '' || host.port === origin.port;
	return host.name === origin.name && samePort ? undefined : empty(403);
}

function unauthorized(challenge: string): Reply {
	const page = text(401, '<html><head><title>401 Authorization Required</title></head></html>', 'text/html');
	return { ...page, headers: { ...page.headers, 'WWW-Authenticate': challenge } };
}

function refuseWithoutLogin(
	token: string,
	headers: IncomingHttpHeaders,
	query: URLSearchParams,
	base: string,
) {
	const words = headers.authorization?.trim().split(/\s+/);
	if (words && words.length !== 2) return troubled();
	if (query.get('token') === token || (words?.[0] === 'Bearer' && words[1] === token)) return undefined;
	return bytes(302, Buffer.alloc(0), { Location: `${base}/login` });
}

/** The refusal when a request does not show what the configured protection wants. */
export function refuseStranger(
	auth: AuthOption | undefined,
	headers: IncomingHttpHeaders,
	query: URLSearchParams,
	{ basePath }: Settings,
): Reply | undefined {
	const given = headers.authorization;
	switch (auth?.kind) {
		case 'basic': {
			const wanted = Buffer.from(`${auth.user}:${auth.password}`).toString('base64');
			return given === `Basic ${wanted}` ? undefined : unauthorized('Basic realm="ComfyUI"');
		}
		case 'bearer':
			return given === `Bearer ${auth.token}` ? undefined : unauthorized('Bearer');
		case 'header':
			return headers[auth.name.toLowerCase()] === auth.value ? undefined : unauthorized('Custom');
		case 'login':
			return refuseWithoutLogin(auth.token, headers, query, basePath);
		default:
			return undefined;
	}
}
