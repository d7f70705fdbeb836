import { createHash } from 'node:crypto';

/** A file in a message. */
export interface FileValue {
	data: Uint8Array;
	/** With the dot; empty for an unknown type. */
	extension: string;
}

/** Shorter texts are words or names. */
const MIN_BASE64 = 64;

/**
 * The file in a value: a Buffer or a data URI.
 * @param base64 whether a text may be Base64 without anything that says so
 */
export function fileIn(value: unknown, { base64 = false } = {}): FileValue | undefined {
	if (value instanceof Uint8Array) return { data: value, extension: extensionOf(value) };
	if (typeof value !== 'string') return undefined;
	const comma = value.startsWith('data:') ? value.indexOf(',') : -1;
	if (comma < 0) return base64 && isBase64(value) ? decoded(value) : undefined;
	return value.slice(0, comma).endsWith(';base64') ? decoded(value.slice(comma + 1)) : undefined;
}

function decoded(text: string): FileValue {
	const data = Buffer.from(text, 'base64');
	return { data, extension: extensionOf(data) };
}

const isBase64 = (text: string) => text.length >= MIN_BASE64 && /^[\w+/=\s-]+$/.test(text);

/** A name from the content, so that the server keeps equal files once. */
export function nameByContent({ data, extension }: FileValue): string {
	return `node-red-${createHash('sha256').update(data).digest('hex').slice(0, 24)}${extension}`;
}

const SIGNATURES: Array<[extension: string, offset: number, bytes: string]> = [
	['.png', 0, '\x89PNG'],
	['.jpg', 0, '\xff\xd8\xff'],
	['.gif', 0, 'GIF8'],
	['.webp', 8, 'WEBP'],
	['.mp4', 4, 'ftyp'],
	['.webm', 0, '\x1a\x45\xdf\xa3'],
	['.wav', 8, 'WAVE'],
	['.flac', 0, 'fLaC'],
	['.ogg', 0, 'OggS'],
	['.mp3', 0, 'ID3'],
	['.bmp', 0, 'BM'],
	['.glb', 0, 'glTF'],
];

/** By the first bytes, since a Buffer has no name. */
function extensionOf(data: Uint8Array): string {
	const start = Buffer.from(data.subarray(0, 16)).toString('latin1');
	return SIGNATURES.find(([, offset, bytes]) => start.startsWith(bytes, offset))?.[0] ?? '';
}
