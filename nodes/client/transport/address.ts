import { InvalidInputError } from '../core/errors';
import { percentEncoded, trimEnd } from '../core/text';

/** The parts of a server URL. */
export interface ServerAddress {
	/** Scheme, host, port and path prefix, without a trailing slash; safe to show. */
	base: string;
	/** Query parameters that belong to every request, such as a proxy's token. Secret. */
	query: Record<string, string>;
	/** `Authorization` value from a user name and password in the URL. Secret. */
	authorization?: string;
}

/**
 * Reads a server URL as people type it: with or without scheme, trailing slash, path prefix, query.
 * @throws InvalidInputError when it cannot be an address; the text is not repeated, it may hold a password
 */
export function parseAddress(text: string): ServerAddress {
	const trimmed = text.trim();
	if (!trimmed) throw invalid('The server URL is empty.');
	const url = toUrl(/^[a-z][a-z\d+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`);
	if (url.protocol === 'ws:') url.protocol = 'http:';
	if (url.protocol === 'wss:') url.protocol = 'https:';
	if (url.protocol !== 'http:' && url.protocol !== 'https:') {
		throw invalid(`The server URL starts with "${url.protocol}//", but only http and https are supported.`);
	}
	const [user, password] = [decoded(url.username), decoded(url.password)];
	return {
		base: `${url.protocol}//${url.host}${trimEnd(url.pathname, '/')}`,
		query: Object.fromEntries(url.searchParams),
		...(user && { authorization: basic(user, password) }),
	};
}

/**
 * Reads the URL of a ComfyUI server. Every route of ComfyUI is also below `/api`, so people copy that along; it is left
 * out, because the client adds it.
 * @throws InvalidInputError
 */
export function parseServerUrl(text: string): ServerAddress {
	const address = parseAddress(text);
	return { ...address, base: address.base.replace(/\/api$/, '') };
}

function basic(user: string, password: string): string {
	const bytes = new TextEncoder().encode(`${user}:${password}`);
	return `Basic ${btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))}`;
}

/** Decodes a part of a URL; a percent sign that is not an escape stays. */
function decoded(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

function toUrl(text: string): URL {
	const url = URL.canParse(text) ? new URL(text) : undefined;
	if (!url?.hostname) throw invalid('The server URL cannot be read.');
	return url;
}

function invalid(message: string): InvalidInputError {
	return new InvalidInputError(
		message,
		'Enter it like http://127.0.0.1:8188 or https://comfy.example.com/prefix.',
	);
}

/** What errors call the server of a request: the base URL, or the origin of a URL elsewhere. */
export const shownAddress = (base: string, url: string | undefined) =>
	url !== undefined && URL.canParse(url) ? new URL(url).origin : base;

/** Joins base, path and query parameters. `new URL(path, base)` would lose a path prefix. */
export function joinUrl(
	base: string,
	path: string,
	query: Record<string, string | number | boolean | undefined> = {},
): string {
	const parameters = new URLSearchParams();
	for (const [name, value] of Object.entries(query)) {
		if (value !== undefined) parameters.append(name, String(value));
	}
	const text = parameters.toString();
	return `${base}${path}${text ? `?${text}` : ''}`;
}

/**
 * Text as one segment of a path.
 * @throws InvalidInputError for a text that would lead to another route, even percent-encoded
 */
export function segment(text: string, what: string): string {
	if (text.trim() && text !== '.' && text !== '..') return percentEncoded(text);
	throw new InvalidInputError(`The ${what} is ${text.trim() ? `"${text}", which is not a name` : 'empty'}.`);
}

const LOCAL = /^(localhost|host\.docker\.internal|[\d.]+|\[[\da-f:]+\])([:/]|$)/i;

/**
 * Reads a base URL as people enter it. Without a scheme it is https, since a key goes with every request,
 * except for local addresses.
 * @param suffix what people copy together with the URL, such as `/api`
 * @throws InvalidInputError when it cannot be an address
 */
export function readBaseUrl(text: string, suffix: RegExp): ServerAddress {
	const trimmed = text.trim();
	const complete =
		trimmed === '' || /^[a-z][a-z\d+.-]*:\/\//i.test(trimmed) || LOCAL.test(trimmed)
			? trimmed
			: `https://${trimmed}`;
	const address = parseAddress(complete);
	return { ...address, base: address.base.replace(suffix, '') };
}
