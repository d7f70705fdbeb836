import { EndOfFile, type ByteReader } from '../ByteReader';
import { characters, decode, endOfText, uint32, joined } from '../binary';
import { withinBounds, type EmbeddedTexts } from '../EmbeddedTexts';
import { readExif } from './exif';
const SIGNATURE_LENGTH = 8;
const LONGEST_CHUNK = 0x7fff_ffff;
const LONGEST_KEYWORD = 79;
const COMPRESSED = 1;
const TEXT_CHUNKS = new Set(['tEXt', 'zTXt', 'iTXt', 'comf']);

/**
 * PNG: text chunks before or after the pixels, and even behind the end, where some editors append them.
 * An animated one has private `comf` chunks instead, with keyword, zero and text as in `tEXt`.
 */
export async function readPng(file: ByteReader, found: EmbeddedTexts): Promise<void> {
	await file.skip(SIGNATURE_LENGTH);
	for (let hasEnded = false; !found.complete && !(hasEnded && (await file.atEnd())); ) {
		const header = await file.need(8);
		const [length, type] = [uint32(header), characters(header, 4)];
		if (length > LONGEST_CHUNK) throw new EndOfFile();
		const end = file.position + length;
		if (hasEnded && !/^[a-z]{4}$/i.test(type)) return; // something else was appended
		if (type === 'IEND') hasEnded = true;
		else if (type === 'eXIf') readExif(await file.need(withinBounds(length)), found);
		else if (TEXT_CHUNKS.has(type)) await readText(type, length, file, found);
		await file.skipTo(end + 4); // behind the checksum
	}
}

async function readText(type: string, length: number, file: ByteReader, found: EmbeddedTexts): Promise<void> {
	const start = await file.peek(Math.min(length, LONGEST_KEYWORD + 1));
	const keyword = characters(start, 0, endOfText(start));
	if (keyword.length === start.byteLength) return; // no text follows
	const max = found.room(keyword, length);
	if (max === 0) return;
	const data = (await file.need(length)).subarray(keyword.length + 1);
	if (type === 'zTXt') await unpack(keyword, data.subarray(1), max, found);
	else if (type === 'iTXt') await readInternational(keyword, data, max, found);
	else found.add(keyword, decode(data));
}

/** Compression flag and method, language, translated keyword, text. */
async function readInternational(
	keyword: string,
	data: Uint8Array,
	max: number,
	found: EmbeddedTexts,
): Promise<void> {
	const text = data.subarray(endOfText(data, endOfText(data, 2) + 1) + 1);
	if (data[0] === COMPRESSED) await unpack(keyword, text, max, found);
	else found.add(keyword, decode(text));
}

async function unpack(keyword: string, packed: Uint8Array, max: number, found: EmbeddedTexts): Promise<void> {
	const text = await inflate(packed, max);
	if (text) found.add(keyword, decode(text));
	else found.addDamaged(keyword);
}

/**
 * Unpacks zlib data.
 * @param max bytes that may come out
 * @returns undefined when the data is damaged, or when more would come out, however little goes in
 */
async function inflate(data: Uint8Array, max: number): Promise<Uint8Array | undefined> {
	const parts: Uint8Array[] = [];
	let length = 0;
	try {
		const unpacked = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate'));
		for await (const part of unpacked as unknown as AsyncIterable<Uint8Array>) {
			length += part.byteLength;
			if (length > max) return undefined;
			parts.push(part);
		}
	} catch {
		return undefined;
	}
	return joined(parts);
}
