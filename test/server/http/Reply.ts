import type { OutgoingHttpHeaders } from 'node:http';
import { stringifyPython } from '../wire/pythonJson';

export interface Reply {
	status: number;
	headers: OutgoingHttpHeaders;
	body: Buffer;
	/** Sent after the body as it comes, without a length. */
	stream?: AsyncIterable<Buffer>;
}

export function bytes(status: number, body: Buffer, headers: OutgoingHttpHeaders = {}): Reply {
	return { status, headers, body };
}

export function json(value: unknown, status = 200): Reply {
	return jsonText(stringifyPython(value), status);
}

export function jsonText(text: string, status = 200): Reply {
	return bytes(status, Buffer.from(text), { 'Content-Type': 'application/json; charset=utf-8' });
}

export function text(status: number, body: string, type = 'text/plain'): Reply {
	return bytes(status, Buffer.from(body), { 'Content-Type': `${type}; charset=utf-8` });
}

/** Server-Sent Events. */
export function events(stream: AsyncIterable<{ event: string; data: object } | undefined>): Reply {
	const headers = { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' };
	return { ...bytes(200, Buffer.alloc(0), headers), stream: written(stream) };
}

async function* written(stream: Parameters<typeof events>[0]): AsyncGenerator<Buffer> {
	for await (const one of stream)
		yield Buffer.from(one ? `event: ${one.event}\ndata: ${JSON.stringify(one.data)}\n\n` : ': keepalive\n\n');
}

/** The answer of the command routes: no body and no content type. */
export function empty(status = 200): Reply {
	return bytes(status, Buffer.alloc(0));
}

/** An unhandled exception in a handler of the real server. */
export function troubled(): Reply {
	return text(500, '500 Internal Server Error\n\nServer got itself in trouble');
}
