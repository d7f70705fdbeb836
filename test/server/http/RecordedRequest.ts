import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request as it came in; WebSocket upgrades are listed too. */
export interface RecordedRequest {
	method: string;
	/** With base path and `/api`, without query, percent-encoding kept. */
	path: string;
	query: Record<string, string>;
	headers: IncomingHttpHeaders;
	/** The first 64 KB; empty for upgrades. */
	bodyText: string;
	/** Milliseconds since the epoch. */
	at: number;
}

export const RECORDED_BODY_BYTES = 64 * 1024;

export function splitUrl(url: string | undefined): { path: string; query: URLSearchParams } {
	const [path = '/', search = ''] = (url ?? '/').split(/\?(.*)/s);
	return { path, query: new URLSearchParams(search) };
}

export function recordRequest(message: IncomingMessage): RecordedRequest {
	const { path, query } = splitUrl(message.url);
	return {
		method: message.method ?? 'GET',
		path,
		query: Object.fromEntries(query),
		headers: message.headers,
		bodyText: '',
		at: Date.now(),
	};
}
