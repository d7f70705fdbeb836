import type { AbortOptions } from '../core/time';
import {
	AbortedError,
	ConnectionError,
	isComfyUiError,
	type ComfyUiError,
	type ConnectionReason,
} from '../core/errors';

const REASONS: Record<string, ConnectionReason> = {
	ECONNREFUSED: 'refused',
	ENOTFOUND: 'dns',
	EAI_AGAIN: 'dns',
	EAI_NODATA: 'dns',
	ETIMEDOUT: 'timeout',
	ECONNABORTED: 'timeout',
	EHOSTUNREACH: 'timeout',
	ENETUNREACH: 'timeout',
	UND_ERR_CONNECT_TIMEOUT: 'timeout',
	UND_ERR_HEADERS_TIMEOUT: 'timeout',
	UND_ERR_BODY_TIMEOUT: 'timeout',
	ECONNRESET: 'reset',
	EPIPE: 'reset',
	UND_ERR_SOCKET: 'reset',
	ERR_CANCELED: 'reset',
};

const LOCAL_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)$/i;

/** Whether an address leads to the machine itself. */
function isLocal(base: string): boolean {
	return LOCAL_HOST.test(new URL(base).hostname);
}

/** The text and the remedy for each way a connection fails. */
function describe(reason: ConnectionReason, base: string, code: string): [message: string, hint: string] {
	const host = new URL(base).hostname;
	const docker = isLocal(base)
		? ' When n8n runs in Docker, localhost is the container itself: use http://host.docker.internal:8188 and start ComfyUI with --listen 0.0.0.0.'
		: ' Check that ComfyUI was started with --listen and that no firewall is in between.';
	switch (reason) {
		case 'refused':
			return [
				`Nothing answers at ${base}: the connection was refused.`,
				`Start ComfyUI, and check host and port.${docker}`,
			];
		case 'dns':
			return [
				`The host name "${host}" could not be resolved.`,
				'Check the spelling of the server URL; inside Docker use the service name, or host.docker.internal for the machine itself.',
			];
		case 'tls':
			return [
				`The TLS certificate of ${base} was not accepted${code ? ` (${code})` : ''}.`,
				'Use http:// when the server has no TLS, or turn on "Ignore SSL Issues" for a self-signed certificate.',
			];
		case 'timeout':
			return [`${base} did not answer in time.`, `The server may be overloaded or out of reach.${docker}`];
		case 'reset':
			return [
				`${base} closed the connection before the answer was complete.`,
				'The server may have restarted, or a proxy in between cut the connection. Look at the ComfyUI log.',
			];
		case 'blocked':
			return [
				`n8n does not allow requests to ${base}.`,
				'The credential or the n8n instance restricts which hosts may be called; ask its administrator to allow this one.',
			];
		default:
			return [
				`The request to ${base} did not go through${code ? ` (${code})` : ''}.`,
				`Check the server URL.${docker}`,
			];
	}
}

/** Collects `code` and message of an error and of what caused it; n8n and undici nest the interesting one. */
function causes(error: unknown): Array<{ code?: unknown; message: string; name: string }> {
	const found = [];
	const seen = new Set<unknown>();
	for (let queue = [error]; queue.length && seen.size < 12; ) {
		const item = queue.shift();
		if (typeof item !== 'object' || item === null || seen.has(item)) continue;
		seen.add(item);
		const { code, message, name, cause, errors } = item as Record<string, unknown>;
		found.push({ code, message: String(message ?? ''), name: String(name ?? '') });
		queue = [...queue, cause, ...(Array.isArray(errors) ? errors : [])];
	}
	return found;
}

/**
 * Turns whatever an HTTP or WebSocket library threw into an error of this client. Only the code is
 * taken over: library messages may repeat the URL with its query.
 */
export function toConnectionError(error: unknown, base: string, { signal }: AbortOptions = {}): ComfyUiError {
	if (isComfyUiError(error)) return error;
	if (signal?.aborted) return new AbortedError('The operation was stopped.');
	const chain = causes(error);
	if (chain.some(({ name }) => name === 'TimeoutError')) return connectionError('timeout', base);
	for (const { code } of chain) {
		if (typeof code === 'string' && Object.hasOwn(REASONS, code)) {
			return connectionError(REASONS[code], base, code);
		}
	}
	for (const { code, message } of chain) {
		const text = `${typeof code === 'string' ? code : ''} ${message}`;
		if (
			/\bCERT|certificate|SELF_SIGNED|ERR_TLS|ERR_SSL|EPROTO|wrong version number|VERIFY_LEAF/i.test(text)
		) {
			return connectionError('tls', base, typeof code === 'string' ? code : '');
		}
		if (/not allowed|blocked|restricted|ssrf/i.test(text)) return connectionError('blocked', base);
		if (/timed? ?out|timeout/i.test(text)) return connectionError('timeout', base);
		if (/socket hang up|aborted|other side closed/i.test(text)) return connectionError('reset', base);
	}
	const code = chain
		.map((item) => item.code)
		.find((item) => typeof item === 'string' && /^[A-Z_]+$/.test(item));
	return connectionError('other', base, typeof code === 'string' ? code : '');
}

/** A connection error with its standard text. */
export function connectionError(reason: ConnectionReason, base: string, code = ''): ConnectionError {
	const [message, hint] = describe(reason, base, code);
	return new ConnectionError(message, reason, hint);
}

/** What to do about failures of a service whose machines are somebody else's. */

const CHECK_URL = 'Check the base URL in the credential.';

const HINTS: Partial<Record<ConnectionReason, string>> = {
	refused: 'Check the base URL in the credential, and whether the service is up.',
	dns: 'Check the spelling of the base URL in the credential.',
	tls: 'Check the base URL in the credential. A proxy between n8n and the service may show a certificate of its own.',
	timeout:
		'The service may be overloaded or out of reach: try again later, and check the base URL in the credential.',
	reset: 'The service may have restarted, or a proxy in between cut the connection: try again later.',
};

/**
 * The same error with the remedy for a service, where it has one of its own: there is no ComfyUI to be started there.
 * @param base where the service is
 */
export function ofService<T>(error: T, base: string): T | ConnectionError {
	if (!(error instanceof ConnectionError) || error.reason === 'blocked') return error;
	const docker = isLocal(base)
		? ' When n8n runs in Docker, localhost is the container itself: use host.docker.internal.'
		: '';
	return new ConnectionError(error.message, error.reason, `${HINTS[error.reason] ?? CHECK_URL}${docker}`);
}
