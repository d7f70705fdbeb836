import type { ByteStream, HttpBody } from './http';
import { bytesOf, encodeForm, sizeOf } from './multipart';

/** A body as it goes over the wire, with the headers that describe it. */
export interface EncodedBody {
	headers: Record<string, string>;
	body: string | ByteStream;
}

/** Encodes a body for sending; data of files is read only while the body is. */
export function encodeBody(body: HttpBody | undefined): EncodedBody | undefined {
	switch (body?.kind) {
		case undefined:
			return undefined;
		case 'json':
			return { headers: { 'content-type': 'application/json' }, body: body.text };
		case 'bytes':
			return {
				headers: describe(body.contentType, body.size ?? sizeOf(body.data)),
				body: bytesOf(body.data),
			};
		case 'multipart': {
			const form = encodeForm(body);
			return { headers: describe(form.contentType, form.contentLength), body: form.body };
		}
	}
}

function describe(contentType: string, length: number | undefined): Record<string, string> {
	return {
		'content-type': contentType,
		...(length !== undefined && { 'content-length': String(length) }),
	};
}
