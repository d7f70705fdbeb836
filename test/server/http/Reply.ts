import type { OutgoingHttpHeaders } from 'node:http';
import { stringifyPython } from '../wire/pythonJson';

export interface Reply {
	status: number;
	headers: OutgoingHttpHeaders;
	body: Buffer;
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

/** The answer of the command routes: no body and no content type. */
export function empty(status = 200): Reply {
	return bytes(status, Buffer.alloc(0));
}

/** An unhandled exception in a handler of the real server. */
export function troubled(): Reply {
	return text(500, '500 Internal Server Error\n\nServer got itself in trouble');
}
