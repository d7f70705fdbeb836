import { parseServerUrl } from '../../transport/address';
import { nodeTransport } from '../../transport/nodeTransport';
import { openSocket } from '../../transport/openSocket';
import { IDLE_TIMEOUT_MS, type TransportOptions } from '../../transport/TransportOptions';
import { createSelfHosted, type SelfHosted } from './SelfHosted';

/** How to reach a self-hosted ComfyUI. Headers and query go with every request and the WebSocket upgrade. */
export interface ConnectOptions extends TransportOptions {
	/** Like `http://127.0.0.1:8188`; a path prefix, a user name and query parameters are kept, `/api` at the end is not. */
	url: string;
	headers?: Record<string, string>;
	query?: Record<string, string>;
	/** Comfy.org API key for partner nodes. */
	partnerApiKey?: string;
	/** Client ID of the events; a new one by default. Only one client may use an ID at a time. */
	clientId?: string;
}

/** Builds the host. @throws InvalidInputError for a URL that cannot be one */
export function connectSelfHosted(options: ConnectOptions): SelfHosted {
	const address = parseServerUrl(options.url);
	const query = { ...address.query, ...options.query };
	const headers: Record<string, string> = {
		...(address.authorization && { authorization: address.authorization }),
	};
	// in one spelling, so that a given Authorization replaces that of the URL
	for (const [name, value] of Object.entries(options.headers ?? {})) headers[name.toLowerCase()] = value;
	const secrets = [
		...Object.values(query),
		...Object.values(headers).flatMap(secretsOf),
		options.partnerApiKey ?? '',
	];
	return createSelfHosted({
		transport: options.transport ?? nodeTransport({ base: address.base, headers, query }, options),
		base: address.base,
		secrets: secrets.filter(Boolean),
		idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
		identity: JSON.stringify([address.base, query, headers]),
		query,
		socket: { headers, rejectUnauthorized: options.rejectUnauthorized !== false, lookup: options.lookup },
		openSocket: options.openSocket ?? openSocket,
		partnerApiKey: options.partnerApiKey,
	});
}

/** A header's value and its last word: `Bearer abc` must not be shown as `Bearer ***` nor as `abc`. */
function secretsOf(value: string): string[] {
	const last = value.trim().split(/\s+/).pop() ?? '';
	const password = /^basic\s/i.test(value.trim()) ? passwordIn(last) : '';
	return [...new Set([value, last, password])];
}

/** The password in the value of a Basic header, which a server may repeat in its answer. */
function passwordIn(base64: string): string {
	try {
		const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
		return new TextDecoder().decode(bytes).replace(/^[^:]*:?/, '');
	} catch {
		return ''; // not what Basic prescribes
	}
}
