/**
 * The HTTP port of the client. Adapters: undici or fetch for plain Node.js,
 * n8n's request helper inside n8n. An adapter adds base address and credentials, never follows
 * redirects, never treats a status as a failure, and reports only failures of the connection.
 */

/** Bytes in any form; streams are read once and never collected in memory. */
export type FileData = Uint8Array | Blob | AsyncIterable<Uint8Array>;

/** A stream of bytes. A Node.js `Readable` from undici and n8n, else the stream of fetch. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** A multipart/form-data body with one file. */
export interface MultipartBody {
	kind: 'multipart';
	fields: Record<string, string>;
	file: {
		field: string;
		filename: string;
		contentType: string;
		data: FileData;
		/** Bytes; without it the body is sent chunked. */
		size?: number;
	};
}

/** A file as the whole body, as storage services take it. */
export interface BytesBody {
	kind: 'bytes';
	data: FileData;
	contentType: string;
	/** Bytes; storage services mostly refuse a body of unknown size. */
	size?: number;
}

/** A request body. */
export type HttpBody = { kind: 'json'; text: string } | MultipartBody | BytesBody;

/** One request, relative to the base URL unless it has a `url`. */
export interface HttpRequest {
	method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
	/** Starts with a slash; already percent-encoded. */
	path: string;
	/** A complete URL elsewhere (signed storage URLs): `path` is ignored, and no credentials are sent. */
	url?: string;
	query?: Record<string, string | number | boolean | undefined>;
	headers?: Record<string, string>;
	body?: HttpBody;
	/** Milliseconds without any data before the request fails. */
	idleTimeoutMs: number;
	signal?: AbortSignal;
}

/** The answer, its body not yet read. */
export interface HttpResponse {
	status: number;
	/** Lower-case names. */
	headers: Record<string, string>;
	body: ByteStream;
}

/** Sends requests to one server. */
export interface HttpTransport {
	/**
	 * @throws ConnectionError when no answer came
	 * @throws AbortedError when the signal fired
	 */
	send(request: HttpRequest): Promise<HttpResponse>;
	/** Closes open connections. */
	close?(): Promise<void>;
}
