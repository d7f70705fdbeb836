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

/** Message and hint for each reason. */
function describe(reason: ConnectionReason, base: string, code: string): [message: string, hint: string] {
	const host = new URL(base).hostname;
	const docker = isLocal(base)
		? ' Inside Docker, localhost is the container itself: use http://host.docker.internal:8188 and start ComfyUI with --listen 0.0.0.0.'
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

/** The server speaks the other scheme than the URL says. */
export class WrongSchemeError extends ConnectionError {
	constructor(base: string) {
		const [wrong, right] = base.startsWith('https:') ? ['https', 'http'] : ['http', 'https'];
		super(
			`${base} was asked with ${wrong}, but the server speaks ${right}.`,
			'tls',
			`Write ${right}:// instead of ${wrong}:// in the server URL of the credential.`,
		);
	}
}

/** What OpenSSL says about an answer that is not TLS. */
const NOT_TLS = /wrong.version.number|packet.length.too.long|ssl3_get_record:http request/i;
/** What servers with TLS say about a request without. */
const NEEDS_TLS = /HTTP request (?:was sent )?to (?:an )?HTTPS (?:port|server)/i;

/** Whether an answer refuses a request because it came without TLS. */
export const refusesPlainHttp = (status: number, text: string) =>
	status === 400 && NEEDS_TLS.test(text.slice(0, 2000));

/**
 * Collects code and message of an error and its causes; n8n and undici nest the relevant one. The errors of n8n 2.20
 * and older have no cause, but its code as `httpCode`.
 */
function causes(error: unknown): Array<{ code?: unknown; message: string; name: string }> {
	const found = [];
	const seen = new Set<unknown>();
	for (let queue = [error]; queue.length && seen.size < 12; ) {
		const item = queue.shift();
		if (typeof item !== 'object' || item === null || seen.has(item)) continue;
		seen.add(item);
		const { code, httpCode, message, name, cause, errors } = item as Record<string, unknown>;
		found.push({ code: code ?? httpCode, message: String(message ?? ''), name: String(name ?? '') });
		queue = [...queue, cause, ...(Array.isArray(errors) ? errors : [])];
	}
	return found;
}

/**
 * Converts an error of an HTTP or WebSocket library into one of this client. Only its code is used: library messages
 * may repeat the URL with its query.
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
		if (base.startsWith('https:') && NOT_TLS.test(text)) return new WrongSchemeError(base);
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

const CHECK_URL = 'Check the base URL in the credential.';

const HINTS: Partial<Record<ConnectionReason, string>> = {
	refused: 'Check the base URL in the credential, and whether the service is up.',
	dns: 'Check the spelling of the base URL in the credential.',
	tls: 'Check the base URL in the credential. A proxy before the service may show a certificate of its own.',
	timeout:
		'The service may be overloaded or out of reach: try again later, and check the base URL in the credential.',
	reset: 'The service may have restarted, or a proxy in between cut the connection: try again later.',
};

/**
 * The same error with the hint for a hosted service, where the user cannot start a ComfyUI.
 * @param base the base URL of the service
 */
export function ofService<T>(error: T, base: string): T | ConnectionError {
	if (!(error instanceof ConnectionError) || error instanceof WrongSchemeError) return error;
	if (error.reason === 'blocked') return error;
	const docker = isLocal(base)
		? ' Inside Docker, localhost is the container itself: use host.docker.internal.'
		: '';
	return new ConnectionError(error.message, error.reason, `${HINTS[error.reason] ?? CHECK_URL}${docker}`);
}
