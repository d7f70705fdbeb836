import { InvalidInputError } from '../client/core/errors';
import { show, trimEnd } from '../client/core/text';
import type { ItemFile } from '../shared/files/binary';

/**
 * Decodes Base64 text, also its URL-safe form, or a data URI.
 * @throws InvalidInputError when it is empty or something else; the decoders of n8n and Node.js accept any text
 */
export function readBase64(value: unknown): ItemFile {
	if (typeof value !== 'string') throw notBase64(value);
	const { mimeType, payload, isBase64 } = splitDataUri(value.trim());
	const data = isBase64 ? decode(payload) : decodeText(payload);
	if (data.byteLength === 0) {
		throw new InvalidInputError('The Base64 text is empty.', 'Check the expression of "Base64 Text".');
	}
	return { data, size: data.byteLength, mimeType: mimeType ?? detectMimeType(data) };
}

function splitDataUri(text: string): { mimeType?: string; payload: string; isBase64: boolean } {
	if (!/^data:/i.test(text)) return { payload: text, isBase64: true };
	const comma = text.indexOf(',');
	if (comma < 0) throw notBase64(text);
	const [mimeType, ...parameters] = text.slice('data:'.length, comma).split(';');
	return {
		mimeType: mimeType.trim().toLowerCase() || undefined,
		payload: text.slice(comma + 1),
		isBase64: parameters.some((parameter) => parameter.trim().toLowerCase() === 'base64'),
	};
}

function decode(text: string): Buffer {
	const compact = trimEnd(text.replace(/\s+/g, ''), '=');
	// No encoder produces this length: at least one character is missing.
	if (!/^[\w+/-]*$/.test(compact) || compact.length % 4 === 1) throw notBase64(text);
	return Buffer.from(compact, 'base64');
}

function decodeText(text: string): Buffer {
	try {
		return Buffer.from(decodeURIComponent(text));
	} catch {
		throw notBase64(text);
	}
}

function notBase64(value: unknown): InvalidInputError {
	const shown = show(value, 60);
	if (typeof value === 'string' && /^https?:\/\//i.test(value.trim())) {
		return new InvalidInputError(
			'"Base64 Text" contains a URL instead of a file.',
			'Download the file with an HTTP Request node (response format "File"), and set "Source" to "Binary Field".',
		);
	}
	return new InvalidInputError(
		`"Base64 Text" is not Base64: ${shown}`,
		'Enter the complete text, such as iVBORw0KGgo... or data:image/png;base64,iVBORw0KGgo...',
	);
}

/** First bytes of file formats that are often sent as text. A dot matches any byte. */
const SIGNATURES: Array<[pattern: RegExp, mimeType: string]> = [
	[/^\x89PNG\r\n/, 'image/png'],
	[/^\xff\xd8\xff/, 'image/jpeg'],
	[/^GIF8[79]a/, 'image/gif'],
	[/^RIFF.{4}WEBP/s, 'image/webp'],
	[/^RIFF.{4}WAVE/s, 'audio/wav'],
	[/^.{4}ftypqt/s, 'video/quicktime'],
	[/^.{4}ftypM4A/s, 'audio/mp4'],
	[/^.{4}ftyp/s, 'video/mp4'],
	[/^.E\xdf\xa3/s, 'video/webm'],
	[/^fLaC/, 'audio/flac'],
	[/^OggS/, 'audio/ogg'],
	[/^(ID3|\xff[\xfb\xf3\xf2])/, 'audio/mpeg'],
	[/^glTF/, 'model/gltf-binary'],
];

/** The MIME type according to the first bytes; `application/octet-stream` when they are unknown. */
function detectMimeType(data: Uint8Array): string {
	const head = String.fromCharCode(...data.subarray(0, 16));
	return SIGNATURES.find(([pattern]) => pattern.test(head))?.[1] ?? 'application/octet-stream';
}
