import type { ByteStream, FileData, MultipartBody, HttpBody } from './http';

/**
 * multipart/form-data for data that `form-data` and the global FormData cannot stream: any async
 * iterable and web streams, with a Content-Length when the size is known.
 */

/** The encoded form. */
interface EncodedForm {
	contentType: string;
	/** Bytes of the whole body; undefined when the file's size is unknown. */
	contentLength?: number;
	body: ByteStream;
}

/** Encodes a form for sending; the file's data is read only while the body is. */
export function encodeForm({ fields, file }: MultipartBody): EncodedForm {
	const boundary = `----comfyui-${crypto.randomUUID()}`;
	const encoder = new TextEncoder();
	const head = encoder.encode(
		Object.entries(fields)
			.map(
				([name, value]) =>
					`--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
			)
			.join('') +
			`--${boundary}\r\nContent-Disposition: form-data; name="${quoted(file.field)}"; ` +
			`filename="${quoted(file.filename)}"\r\nContent-Type: ${file.contentType}\r\n\r\n`,
	);
	const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
	const size = file.size ?? sizeOf(file.data);
	async function* body() {
		yield head;
		yield* bytesOf(file.data);
		yield tail;
	}
	return {
		contentType: `multipart/form-data; boundary=${boundary}`,
		contentLength: size === undefined ? undefined : head.length + size + tail.length,
		body: body(),
	};
}

/** Bytes, when the data has a known size. */
export function sizeOf(data: FileData): number | undefined {
	if (data instanceof Uint8Array) return data.byteLength;
	return data instanceof Blob ? data.size : undefined;
}

/** Data in any form, as a stream. */
export async function* bytesOf(data: FileData): ByteStream {
	if (data instanceof Uint8Array) yield data;
	else if (data instanceof Blob) yield* data.stream() as unknown as ByteStream;
	else yield* data;
}

/** Escapes a parameter value as the HTML standard does for forms. */
function quoted(value: string): string {
	return value.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
}

/** A body as it goes over the wire, with the headers that describe it. */
interface EncodedBody {
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
