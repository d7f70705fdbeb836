import { EndOfFile, type ByteReader } from '../ByteReader';
import { latin1, decode, endOfString, uint32, concatBytes } from '../binary';
import { requireMaxLength, type MetadataTexts } from '../MetadataTexts';
import { readExif } from './exif';

const SIGNATURE_LENGTH = 8;
const MAX_CHUNK_LENGTH = 0x7fff_ffff;
const MAX_KEYWORD_LENGTH = 79;
const COMPRESSED = 1;
const TEXT_CHUNKS = new Set(['tEXt', 'zTXt', 'iTXt', 'comf']);

/**
 * PNG: text chunks before or after the pixels, and even after IEND, where some editors append them.
 * An animated PNG has private `comf` chunks with the layout of `tEXt`.
 */
export async function readPng(file: ByteReader, found: MetadataTexts): Promise<void> {
	await file.skip(SIGNATURE_LENGTH);
	for (let hasEnded = false; !found.complete && !(hasEnded && (await file.atEnd())); ) {
		const header = await file.read(8);
		const [length, type] = [uint32(header), latin1(header, 4)];
		if (length > MAX_CHUNK_LENGTH) throw new EndOfFile();
		const end = file.position + length;
		if (hasEnded && !/^[a-z]{4}$/i.test(type)) return; // another kind of data was appended
		if (type === 'IEND') hasEnded = true;
		else if (type === 'eXIf') readExif(await file.read(requireMaxLength(length)), found);
		else if (TEXT_CHUNKS.has(type)) await readText(type, length, file, found);
		await file.skipTo(end + 4); // after the checksum
	}
}

async function readText(type: string, length: number, file: ByteReader, found: MetadataTexts): Promise<void> {
	const start = await file.peek(Math.min(length, MAX_KEYWORD_LENGTH + 1));
	const keyword = latin1(start, 0, endOfString(start));
	if (keyword.length === start.byteLength) return; // no text follows
	const max = found.maxLengthOf(keyword, length);
	if (max === 0) return;
	const data = (await file.read(length)).subarray(keyword.length + 1);
	if (type === 'zTXt') await decompress(keyword, data.subarray(1), max, found);
	else if (type === 'iTXt') await readInternational(keyword, data, max, found);
	else found.add(keyword, decode(data));
}

/** Compression flag and method, language, translated keyword, text. */
async function readInternational(
	keyword: string,
	data: Uint8Array,
	max: number,
	found: MetadataTexts,
): Promise<void> {
	const text = data.subarray(endOfString(data, endOfString(data, 2) + 1) + 1);
	if (data[0] === COMPRESSED) await decompress(keyword, text, max, found);
	else found.add(keyword, decode(text));
}

async function decompress(
	keyword: string,
	compressed: Uint8Array,
	max: number,
	found: MetadataTexts,
): Promise<void> {
	const text = await inflate(compressed, max);
	if (text) found.add(keyword, decode(text));
	else found.addDamaged(keyword);
}

/**
 * Decompresses zlib data.
 * @param max bytes of the result
 * @returns undefined when the data is damaged, or the result would be longer than `max`
 */
async function inflate(data: Uint8Array, max: number): Promise<Uint8Array | undefined> {
	const parts: Uint8Array[] = [];
	let length = 0;
	try {
		const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream('deflate'));
		for await (const part of stream as unknown as AsyncIterable<Uint8Array>) {
			length += part.byteLength;
			if (length > max) return undefined;
			parts.push(part);
		}
	} catch {
		return undefined;
	}
	return concatBytes(parts);
}
