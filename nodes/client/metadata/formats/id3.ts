import type { ByteReader } from '../ByteReader';
import { latin1, decode, endOfString, hasText, uint32 } from '../binary';
import { MAX_BYTES, type MetadataTexts } from '../MetadataTexts';
import { readFlac } from './flac';

const HEADER_LENGTH = 10;
const TAG = { unsynchronised: 0x80, extended: 0x40 };
/** Bits of the second flag byte of a frame; they differ between the versions. */
const FRAME_V4 = { grouped: 0x40, unreadable: 0x08 | 0x04, unsynchronised: 0x02, hasLength: 0x01 };
const FRAME_V3 = { grouped: 0x20, unreadable: 0x80 | 0x40 };

/** MP3: the ID3 tag before the audio. Some FLAC files also start with an ID3 tag. */
export async function readId3(file: ByteReader, found: MetadataTexts): Promise<void> {
	const header = await file.read(HEADER_LENGTH);
	const [version, flags] = [header[3], header[5]];
	const end = file.position + syncSafe(header, 6);
	if (version === 3 || version === 4) {
		const tag = await file.rest(Math.min(end - file.position, MAX_BYTES));
		readFrames(
			version === 3 && flags & TAG.unsynchronised ? resynchronised(tag) : tag,
			version,
			flags,
			found,
		);
	}
	if (found.complete) return;
	await file.skipTo(end);
	if (hasText(await file.peek(4), 'fLaC')) await readFlac(file, found);
}

function readFrames(tag: Uint8Array, version: 3 | 4, flags: number, found: MetadataTexts): void {
	let at = flags & TAG.extended && tag.byteLength >= 4 ? extendedHeaderLength(tag, version) : 0;
	while (at + HEADER_LENGTH <= tag.byteLength && tag[at] !== 0) {
		const size = version === 4 ? sizeOfFrame(tag, at) : uint32(tag, at + 4);
		const start = at + HEADER_LENGTH;
		if (start + size > tag.byteLength) return;
		const name = latin1(tag, at, at + 4);
		const content = contentOf(tag.subarray(start, start + size), version, tag[at + 9], flags);
		if (content && name === 'TXXX') readText(content, 1, found);
		if (content && name === 'COMM') readText(content, 4, found, 'comment');
		at = start + size;
	}
}

/** Version 2.3 does not include the four bytes of the length field. */
function extendedHeaderLength(tag: Uint8Array, version: 3 | 4): number {
	return version === 4 ? syncSafe(tag, 0) : 4 + uint32(tag);
}

/** Some writers of version 2.4 use all bits of a size, as version 2.3 does; the size after which a frame follows is right. */
function sizeOfFrame(tag: Uint8Array, at: number): number {
	const [safe, plain] = [syncSafe(tag, at + 4), uint32(tag, at + 4)];
	if (safe === plain || frameFollows(tag, at + HEADER_LENGTH + safe)) return safe;
	return frameFollows(tag, at + HEADER_LENGTH + plain) ? plain : safe;
}

/** Whether a frame, padding, or the end is at this offset. */
function frameFollows(tag: Uint8Array, at: number): boolean {
	return at === tag.byteLength || tag[at] === 0 || /^[A-Z][A-Z\d]{3}$/.test(latin1(tag, at, at + 4));
}

/** The original content of a frame; undefined for compressed and encrypted frames. */
function contentOf(
	content: Uint8Array,
	version: 3 | 4,
	frameFlags: number,
	tagFlags: number,
): Uint8Array | undefined {
	const bits = version === 4 ? FRAME_V4 : FRAME_V3;
	if (frameFlags & bits.unreadable) return undefined;
	let start = frameFlags & bits.grouped ? 1 : 0;
	if (version === 3) return content.subarray(start);
	if (frameFlags & FRAME_V4.hasLength) start += 4;
	const bare = content.subarray(start);
	const isUnsynchronised = frameFlags & FRAME_V4.unsynchronised || tagFlags & TAG.unsynchronised;
	return isUnsynchronised ? resynchronised(bare) : bare;
}

/**
 * Encoding, name, text.
 * @param start offset of the name; a comment has its language before it
 */
function readText(content: Uint8Array, start: number, found: MetadataTexts, fixedName?: string): void {
	const encoding = content[0];
	const isWide = encoding === 1 || encoding === 2;
	const nameEnd = isWide ? endOfWideString(content, start) : endOfString(content, start);
	const text = content.subarray(nameEnd + (isWide ? 2 : 1));
	const name = fixedName ?? decodeAs(encoding, content.subarray(start, Math.min(nameEnd, start + 1000)));
	if (found.maxLengthOf(name, text.byteLength) > 0) found.add(name, decodeAs(encoding, text));
}

function endOfWideString(bytes: Uint8Array, from: number): number {
	for (let at = from; at + 1 < bytes.byteLength; at += 2) {
		if (bytes[at] === 0 && bytes[at + 1] === 0) return at;
	}
	return bytes.byteLength;
}

/** 0 is Latin-1 (some writers use UTF-8), 1 UTF-16 with a byte order mark, 2 UTF-16 without, 3 UTF-8. */
function decodeAs(encoding: number, bytes: Uint8Array): string {
	if (encoding !== 1 && encoding !== 2) return decode(bytes);
	const isBig = (encoding === 2 && !hasText(bytes, '\u00ff\u00fe')) || hasText(bytes, '\u00fe\u00ff');
	return new TextDecoder(isBig ? 'utf-16be' : 'utf-16le').decode(bytes);
}

/** Removes the zero after every 255. ID3 inserts it so that players do not mistake the tag for audio. */
function resynchronised(bytes: Uint8Array): Uint8Array {
	const plain = new Uint8Array(bytes.byteLength);
	let length = 0;
	for (let at = 0; at < bytes.byteLength; at++) {
		plain[length++] = bytes[at];
		if (bytes[at] === 0xff && bytes[at + 1] === 0) at++;
	}
	return plain.subarray(0, length);
}

/** 28 bits in four bytes, 7 in each. */
function syncSafe(bytes: Uint8Array, at: number): number {
	return [0, 1, 2, 3].reduce((sum, index) => sum * 128 + (bytes[at + index] & 0x7f), 0);
}
