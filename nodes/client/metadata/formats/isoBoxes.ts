import { type ByteReader, EndOfFile } from '../ByteReader';
import { decode, uint32, latin1, uint64 } from '../binary';
import type { MetadataTexts } from '../MetadataTexts';
const MAX_KEYS = 10_000;
const MAX_KEY_LENGTH = 1000;
/** Length of type and locale before the value in a `data` box. */
const DATA_HEADER_LENGTH = 8;

/** iTunes keys. */
const FOUR_LETTER_KEYS = new Map([
	['\u00a9cmt', 'comment'],
	['desc', 'description'],
	['ldes', 'description'],
]);

/** `keys`: the names for the numbers in `ilst`. A name that is too long becomes an empty string. */
export async function readKeys(file: ByteReader, end: number): Promise<string[]> {
	const keys: string[] = [];
	await file.skip(4); // version
	const count = Math.min(uint32(await file.read(4)), MAX_KEYS);
	while (keys.length < count && file.position + 8 <= end) {
		const key = await openBox(file, end);
		const length = key.end - file.position;
		const name = length <= MAX_KEY_LENGTH ? decode(await file.read(length)) : '';
		keys.push(name.replace(/^com\.apple\.quicktime\./, ''));
		await file.skipTo(key.end);
	}
	return keys;
}

/** `ilst`: one box per text. Its name is a number (see `keys`), four letters, or a `name` box. */
export async function readItemList(
	file: ByteReader,
	end: number,
	keys: readonly string[],
	found: MetadataTexts,
): Promise<void> {
	while (!found.complete && file.position + 8 <= end) {
		const item = await openBox(file, end);
		let name = nameOf(item.type, keys);
		while (file.position + 8 <= item.end) {
			const part = await openBox(file, item.end);
			const length = part.end - file.position;
			if (part.type === 'name' && length <= MAX_KEY_LENGTH)
				name = decode((await file.read(length)).subarray(4));
			else if (part.type === 'data' && name) await readData(name, length, file, found);
			await file.skipTo(part.end);
		}
		await file.skipTo(item.end);
	}
}

function nameOf(type: string, keys: readonly string[]): string {
	const number = uint32(Uint8Array.from(type, (letter) => letter.charCodeAt(0)));
	return keys[number - 1] ?? FOUR_LETTER_KEYS.get(type) ?? '';
}

async function readData(name: string, length: number, file: ByteReader, found: MetadataTexts): Promise<void> {
	if (length <= DATA_HEADER_LENGTH || found.maxLengthOf(name, length) === 0) return;
	const data = await file.read(length);
	found.add(name, decode(data.subarray(DATA_HEADER_LENGTH)));
}

/** A box; its content is next in the file. */
export interface Box {
	type: string;
	/** Position after its content; infinite when the box ends with the file. */
	end: number;
}

/**
 * Reads the header of a box.
 * @param end position after the parent's content
 * @throws EndOfFile when the header is invalid
 */
export async function openBox(file: ByteReader, end: number): Promise<Box> {
	const start = file.position;
	const header = await file.read(8);
	const type = latin1(header, 4);
	let size = uint32(header);
	if (size === 1) size = uint64(await file.read(8));
	if (size === 0) return { type, end };
	if (start + size < file.position) throw new EndOfFile();
	return { type, end: Math.min(start + size, end) };
}
