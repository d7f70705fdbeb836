import { latin1, decode, endOfString, hasText, viewOf } from '../binary';
import type { MetadataTexts } from '../MetadataTexts';

/** Value types that consist of bytes: BYTE, ASCII, UNDEFINED, UTF-8. */
const TEXT_TYPES = new Set([1, 2, 7, 129]);
/** Tags that point to further directories: sub-images, Exif, GPS, interoperability. */
const DIRECTORY_TAGS = new Set([0x014a, 0x8769, 0x8825, 0xa005]);
const USER_COMMENT = 0x9286;
const MAX_DIRECTORIES = 64;
const ENTRY_LENGTH = 12;
/** Precedes the TIFF header in JPEG, WebP and some AVIF files. */
const PREFIX = 'Exif\u0000\u0000';

/** `prompt:{"3": ...`; some writers use a capital letter, or a space after the colon. */
const NAMED_JSON = /^\s*([^\s:{}"[\]][^:{}"[\]]{0,60}):\s*[[{"]/;
const MAX_NAME_LENGTH = 80;

/**
 * Reads EXIF data: any tag whose text is `name:json`. ComfyUI uses the camera's model (prompt) and make
 * (workflow), and the tags below make for other texts.
 * @param data starts with the TIFF header, or with `Exif` before it
 */
export function readExif(data: Uint8Array, found: MetadataTexts): void {
	const tiff = hasText(data, PREFIX) ? data.subarray(PREFIX.length) : data;
	if (!isTiff(tiff)) return;
	const little = hasText(tiff, 'II');
	const values: Values = new Map();
	const directories = new Set([viewOf(tiff).getUint32(4, little)]);
	for (const start of directories) {
		for (const other of readDirectory(tiff, start, little, values)) {
			if (directories.size < MAX_DIRECTORIES) directories.add(other);
		}
	}
	for (const [tag, value] of values) readValue(tag, value, found);
}

/** Whether the bytes start with a TIFF header. */
export function isTiff(bytes: Uint8Array): boolean {
	return bytes.byteLength >= 8 && (hasText(bytes, 'II*\u0000') || hasText(bytes, 'MM\u0000*'));
}

/**
 * Texts by tag. Only the first text of each tag is read: a crafted file can have thousands of tags that point
 * to the same megabytes.
 */
type Values = Map<number, Uint8Array>;

/** Collects the texts of one directory. Returns the offsets of further directories. */
function readDirectory(tiff: Uint8Array, start: number, little: boolean, values: Values): number[] {
	const view = viewOf(tiff);
	if (start + 2 > tiff.byteLength) return [];
	const end = start + 2 + view.getUint16(start, little) * ENTRY_LENGTH;
	const others: number[] = [];
	for (let at = start + 2; at < end && at + ENTRY_LENGTH <= tiff.byteLength; at += ENTRY_LENGTH) {
		const [tag, type] = [view.getUint16(at, little), view.getUint16(at + 2, little)];
		const [count, value] = [view.getUint32(at + 4, little), view.getUint32(at + 8, little)];
		if (DIRECTORY_TAGS.has(tag) && count === 1) others.push(value);
		// A text of up to 4 bytes is stored in the entry itself, and is too short for a workflow.
		else if (TEXT_TYPES.has(type) && count > 4 && !values.has(tag)) {
			values.set(tag, tiff.subarray(value, value + count));
		}
	}
	if (end + 4 <= tiff.byteLength) others.push(view.getUint32(end, little));
	return others.filter((directory) => directory > 0);
}

function readValue(tag: number, value: Uint8Array, found: MetadataTexts): void {
	const start = latin1(value, 0, MAX_NAME_LENGTH);
	const name = NAMED_JSON.exec(start)?.[1];
	if (name) {
		if (found.maxLengthOf(name, value.byteLength) === 0) return;
		const text = decode(value.subarray(0, endOfString(value)));
		found.add(name, text.slice(text.indexOf(':') + 1).trim());
	} else if (tag === USER_COMMENT) readUserComment(value, found);
}

/** Eight characters for the encoding, then the comment. AUTOMATIC1111 stores its parameters here. */
function readUserComment(value: Uint8Array, found: MetadataTexts): void {
	const text = value.subarray(8);
	if (found.maxLengthOf('comment', text.byteLength) === 0) return;
	const isWide = hasText(value, 'UNICODE\u0000');
	const comment = isWide
		? new TextDecoder(text[0] === 0 ? 'utf-16be' : 'utf-16le').decode(text)
		: decode(text);
	if (/(^|\n)Steps: \d/.test(comment)) found.add('parameters', comment);
	else found.add('comment', comment);
}
