import type { IncomingHttpHeaders } from 'node:http';
import { parsePython } from '../wire/pythonJson';

/** A request as a route sees it: path without base, body read to its end. */
export class Request {
	params: Record<string, string> = {};

	constructor(
		readonly method: string,
		readonly path: string,
		readonly query: URLSearchParams,
		readonly headers: IncomingHttpHeaders,
		readonly body: Buffer,
	) {}

	/** Throws on invalid JSON and on an empty body, which most routes turn into a 500. */
	json(): unknown {
		return parsePython(this.body.toString());
	}

	/** The JSON body of a route that reads members of it: a list, null or a number is an exception. */
	jsonObject(): Record<string, unknown> {
		const value = this.json();
		if (value === null || typeof value !== 'object' || Array.isArray(value))
			throw new TypeError('the JSON body is no object');
		return value as Record<string, unknown>;
	}

	/** The JSON body of a route that only asks what is in it: a list counts as an object without members. */
	jsonMembers(): Record<string, unknown> {
		return Array.isArray(this.json()) ? {} : this.jsonObject();
	}

	param(name: string): string {
		return this.params[name] ?? '';
	}
}
