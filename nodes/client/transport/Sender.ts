import type { ByteStream, HttpRequest, HttpResponse } from './http';

/** A request with complete URL, credentials and encoded body. */
export interface Prepared {
	url: string;
	method: HttpRequest['method'];
	headers: Record<string, string>;
	body?: string | ByteStream;
	idleTimeoutMs: number;
	signal?: AbortSignal;
}

/** What sends it. */
export interface Sender {
	send(request: Prepared): Promise<HttpResponse>;
	close?(): Promise<void>;
}
