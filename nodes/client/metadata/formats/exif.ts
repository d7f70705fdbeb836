import { characters, decode, endOfText, spells, viewOf } from '../binary';
import type { EmbeddedTexts } from '../EmbeddedTexts';

/** Types of values that are bytes: BYTE, ASCII, UNDEFINED, UTF-8. */
const TEXT_TYPES = new Set([1, 2, 7, 129]);
/** Tags that lead to further directories: sub-images, Exif, GPS, interoperability. */
const DIRECTORY_TAGS = new Set([0x014a, 0x8769, 0x8825, 0xa005]);
const USER_COMMENT = 0x9286;
const MAX_DIRECTORIES = 64;
const ENTRY_LENGTH = 12;
/** What stands before the TIFF header in WebP, JPEG and some AVIF files. */
const PREFIX = 'Exif\u0000\u0000';

/** `prompt:{"3": ...`; some writers set a capital letter, or a blank behind the colon. */
const NAMED_JSON = /^\s*([^\s:{}"[\]][^:{}"[\]]{0,60}):\s*[[{"]/;
const LONGEST_NAME = 80;

/**
 * EXIF data: the texts among its tags that read `name:json`, whichever tags they are.
 * ComfyUI uses those of the camera's model (prompt) and make (workflow, others below it).
 * @param data a TIFF header and what follows, with or without `Exif` before it
 */
export function readExif(data: Uint8Array, found: EmbeddedTexts): void {
	const tiff = spells(data, PREFIX) ? data.subarray(PREFIX.length) : data;
	if (!isTiff(tiff)) return;
	const little = spells(tiff, 'II');
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
	return bytes.byteLength >= 8 && (spells(bytes, 'II*\u0000') || spells(bytes, 'MM\u0000*'));
}

/**
 * Texts by tag. Of each tag only the first counts: all tags of a file may point to the same megabytes, to
 * keep its reader busy.
 */
type Values = Map<number, Uint8Array>;

/** Collects the texts of one directory and returns where others are. */
function readDirectory(tiff: Uint8Array, start: number, little: boolean, values: Values): number[] {
	const view = viewOf(tiff);
	if (start + 2 > tiff.byteLength) return [];
	const end = start + 2 + view.getUint16(start, little) * ENTRY_LENGTH;
	const others: number[] = [];
	for (let at = start + 2; at < end && at + ENTRY_LENGTH <= tiff.byteLength; at += ENTRY_LENGTH) {
		const [tag, type] = [view.getUint16(at, little), view.getUint16(at + 2, little)];
		const [count, value] = [view.getUint32(at + 4, little), view.getUint32(at + 8, little)];
		if (DIRECTORY_TAGS.has(tag) && count === 1) others.push(value);
		// A text that fits into the entry itself is too short to matter.
		else if (TEXT_TYPES.has(type) && count > 4 && !values.has(tag)) {
			values.set(tag, tiff.subarray(value, value + count));
		}
	}
	if (end + 4 <= tiff.byteLength) others.push(view.getUint32(end, little));
	return others.filter((directory) => directory > 0);
}

function readValue(tag: number, value: Uint8Array, found: EmbeddedTexts): void {
	const start = characters(value, 0, LONGEST_NAME);
	const name = NAMED_JSON.exec(start)?.[1];
	if (name) {
		if (found.room(name, value.byteLength) === 0) return;
		const text = decode(value.subarray(0, endOfText(value)));
		found.add(name, text.slice(text.indexOf(':') + 1).trim());
	} else if (tag === USER_COMMENT) readUserComment(value, found);
}

/** Eight characters that name the encoding, then a comment; AUTOMATIC1111 keeps its parameters here. */
function readUserComment(value: Uint8Array, found: EmbeddedTexts): void {
	const text = value.subarray(8);
	if (found.room('comment', text.byteLength) === 0) return;
	const isWide = spells(value, 'UNICODE\u0000');
	const comment = isWide
		? new TextDecoder(text[0] === 0 ? 'utf-16be' : 'utf-16le').decode(text)
		: decode(text);
	if (/(^|\n)Steps: \d/.test(comment)) found.add('parameters', comment);
	else found.add('comment', comment);
}
