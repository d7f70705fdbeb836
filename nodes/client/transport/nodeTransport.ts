import type { TransportOptions } from './TransportOptions';
import { NotSupportedError } from '../core/errors';
import { joinUrl, shownAddress } from './address';
import { toConnectionError } from './connectionErrors';
import { fetchSender } from './fetchSender';
import type { HttpRequest, HttpTransport } from './http';
import type { Prepared, Sender } from './Sender';
import { encodeBody } from './multipart';

/** Base URL, and what is sent with each request. */
interface Target {
	base: string;
	/** Lower-case names. */
	headers: Record<string, string>;
	query: Record<string, string>;
}

/**
 * HTTP for plain Node.js: undici when it is installed (idle timeouts, TLS options, bodies as Node.js streams), else
 * the global fetch.
 */
export function nodeTransport({ base, headers, query }: Target, options: TransportOptions): HttpTransport {
	let sender: Promise<Sender> | undefined;
	return {
		async send(request) {
			sender ??= options.fetch ? Promise.resolve({ send: fetchSender(options.fetch) }) : loadSender(options);
			const prepared = prepare(request, { base, headers, query });
			try {
				return await (await sender).send(prepared);
			} catch (error) {
				throw toConnectionError(error, shownAddress(base, request.url), { signal: request.signal });
			}
		},
		async close() {
			const loaded = await sender?.catch(() => undefined); // reported to those who sent
			await loaded?.close?.();
		},
	};
}

function prepare(request: HttpRequest, { base, headers, query }: Target): Prepared {
	const elsewhere = request.url !== undefined;
	const encoded = encodeBody(request.body);
	return {
		url: request.url ?? joinUrl(base, request.path, { ...query, ...request.query }),
		method: request.method,
		headers: { ...(!elsewhere && headers), ...request.headers, ...encoded?.headers },
		body: encoded?.body,
		idleTimeoutMs: request.idleTimeoutMs,
		signal: request.signal && AbortSignal.any([request.signal]), // see onAbort in core/time.ts
	};
}

async function loadSender(options: TransportOptions): Promise<Sender> {
	const undici = await import('undici').catch(() => undefined);
	if (undici) return undiciSender(undici, options.rejectUnauthorized !== false);
	if (options.rejectUnauthorized === false) {
		throw new NotSupportedError(
			'Ignoring TLS issues needs the package "undici", which is not installed.',
			'Run npm install undici, or pass your own "fetch".',
		);
	}
	return { send: fetchSender(fetch) };
}

function undiciSender(undici: typeof import('undici'), rejectUnauthorized: boolean): Sender {
	const dispatcher = new undici.Agent({ connect: { rejectUnauthorized } });
	const send: Sender['send'] = async ({ url, method, headers, body, idleTimeoutMs, signal }) => {
		const response = await undici.request(url, {
			dispatcher,
			method,
			headers,
			body: body as string | undefined, // its type leaves out async iterables, which it takes
			signal,
			headersTimeout: idleTimeoutMs,
			bodyTimeout: idleTimeoutMs,
		});
		return {
			status: response.statusCode,
			headers: Object.fromEntries(
				Object.entries(response.headers).map(([name, value]) => [name, String(value ?? '')]),
			),
			body: response.body,
		};
	};
	// Bun comes with an undici of its own, whose dispatcher holds no connections.
	const { destroy } = dispatcher as Partial<typeof dispatcher>;
	return { send, close: async () => await destroy?.call(dispatcher) };
}
