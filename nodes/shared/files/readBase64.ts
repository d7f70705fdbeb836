import { InvalidInputError } from '../../client/core/errors';
import { show, trimEnd } from '../../client/core/text';
import type { ItemFile } from './binary';

/**
 * Decodes Base64 text, also its URL-safe form, or a data URI.
 * @param name of the parameter or input, for errors
 * @throws InvalidInputError when it is empty or something else; the decoders of n8n and Node.js accept any text
 */
export function readBase64(value: unknown, name: string): ItemFile {
	const decoded = typeof value === 'string' ? decodeFile(value.trim()) : undefined;
	if (!decoded) throw notBase64(value, name);
	const { data, mimeType = detectMimeType(data) } = decoded;
	if (data.byteLength === 0) {
		throw new InvalidInputError(`"${name}" contains no Base64 text.`, `Check the expression of "${name}".`);
	}
	return { size: data.byteLength, mimeType, open: async () => data };
}

/** File systems allow no longer names, so a longer text without a dot is not the name of a file. */
const MAX_NAME_CHARACTERS = 255;
/** A shorter text may be the name of a field or file by chance. */
const MIN_CHARACTERS = 24;

/** Whether a text is a data URI or Base64, as opposed to the name of a field or of a file. */
export function isFileText(text: string): boolean {
	if (/^data:/i.test(text)) return true;
	if (text.length < MIN_CHARACTERS || !/^[\w+/\s=-]+$/.test(text)) return false;
	const head = Buffer.from(text.slice(0, MIN_CHARACTERS), 'base64');
	return text.length > MAX_NAME_CHARACTERS || detectMimeType(head) !== UNKNOWN_TYPE;
}

interface DecodedFile {
	data: Buffer;
	/** As a data URI names it. */
	mimeType?: string;
}

function decodeFile(text: string): DecodedFile | undefined {
	const isUri = /^data:/i.test(text);
	const comma = isUri ? text.indexOf(',') : -1;
	if (isUri && comma < 0) return undefined;
	const [type, ...parameters] = isUri ? text.slice('data:'.length, comma).split(';') : ['', 'base64'];
	const isBase64 = parameters.some((parameter) => parameter.trim().toLowerCase() === 'base64');
	const data = (isBase64 ? decodeBase64 : decodeText)(text.slice(comma + 1));
	return data && { data, mimeType: type.trim().toLowerCase() || undefined };
}

function decodeBase64(text: string): Buffer | undefined {
	const compact = trimEnd(text.replace(/\s+/g, ''), '=');
	// No encoder produces this length: at least one character is missing.
	if (!/^[\w+/-]*$/.test(compact) || compact.length % 4 === 1) return undefined;
	return Buffer.from(compact, 'base64');
}

function decodeText(text: string): Buffer | undefined {
	try {
		return Buffer.from(decodeURIComponent(text));
	} catch {
		return undefined; // a percent sign without two digits
	}
}

function notBase64(value: unknown, name: string): InvalidInputError {
	if (typeof value === 'string' && /^https?:\/\//i.test(value.trim())) {
		return new InvalidInputError(
			`"${name}" contains an address instead of a file.`,
			'Set "Source" to "Web Address".',
		);
	}
	return new InvalidInputError(
		`"${name}" is not Base64: ${show(value, 60)}`,
		'Enter the complete text, such as iVBORw0KGgo... or data:image/png;base64,iVBORw0KGgo...',
	);
}

const UNKNOWN_TYPE = 'application/octet-stream';

/** How many bytes {@link detectMimeType} needs. */
export const SIGNATURE_BYTES = 16;

/** First bytes of file formats that are often sent as text. A dot matches any byte. */
const SIGNATURES: Array<[pattern: RegExp, mimeType: string]> = [
	[/^\x89PNG\r\n/, 'image/png'],
	[/^\xff\xd8\xff/, 'image/jpeg'],
	[/^GIF8[79]a/, 'image/gif'],
	[/^RIFF.{4}WEBP/s, 'image/webp'],
	[/^RIFF.{4}WAVE/s, 'audio/wav'],
	[/^.{4}ftypavi[fs]/s, 'image/avif'],
	[/^.{4}ftyp(hei[cx]|mif1|msf1)/s, 'image/heic'],
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
export function detectMimeType(data: Uint8Array): string {
	const head = String.fromCharCode(...data.subarray(0, SIGNATURE_BYTES));
	return SIGNATURES.find(([pattern]) => pattern.test(head))?.[1] ?? UNKNOWN_TYPE;
}
