import { type ByteReader, EndOfFile } from '../ByteReader';
import { decode, uint32, characters, uint64 } from '../binary';
import type { EmbeddedTexts } from '../EmbeddedTexts';
const MAX_KEYS = 10_000;
const LONGEST_KEY = 1000;
/** What a `data` box says before its value: type and locale. */
const DATA_HEADER_LENGTH = 8;

/** What iTunes calls its texts. */
const FOUR_LETTER_KEYS = new Map([
	['\u00a9cmt', 'comment'],
	['desc', 'description'],
	['ldes', 'description'],
]);

/** `keys`: the names of the texts that `ilst` numbers. Names that are too long come out empty. */
export async function readKeys(file: ByteReader, end: number): Promise<string[]> {
	const keys: string[] = [];
	await file.skip(4); // version
	const count = Math.min(uint32(await file.need(4)), MAX_KEYS);
	while (keys.length < count && file.position + 8 <= end) {
		const key = await openBox(file, end);
		const length = key.end - file.position;
		const name = length <= LONGEST_KEY ? decode(await file.need(length)) : '';
		keys.push(name.replace(/^com\.apple\.quicktime\./, ''));
		await file.skipTo(key.end);
	}
	return keys;
}

/** `ilst`: the texts, each in a box of its own, named by number, by four letters, or freely. */
export async function readItemList(
	file: ByteReader,
	end: number,
	keys: readonly string[],
	found: EmbeddedTexts,
): Promise<void> {
	while (!found.complete && file.position + 8 <= end) {
		const item = await openBox(file, end);
		let name = nameOf(item.type, keys);
		while (file.position + 8 <= item.end) {
			const part = await openBox(file, item.end);
			const length = part.end - file.position;
			if (part.type === 'name' && length <= LONGEST_KEY) name = decode((await file.need(length)).subarray(4));
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

async function readData(name: string, length: number, file: ByteReader, found: EmbeddedTexts): Promise<void> {
	if (length <= DATA_HEADER_LENGTH || found.room(name, length) === 0) return;
	const data = await file.need(length);
	found.add(name, decode(data.subarray(DATA_HEADER_LENGTH)));
}

/** A box whose content comes next. */
export interface Box {
	type: string;
	/** Position behind its content; infinite when it reaches to the end of the file. */
	end: number;
}

/**
 * Reads the header of a box.
 * @param end of what it stands in
 * @throws EndOfFile when the header cannot be
 */
export async function openBox(file: ByteReader, end: number): Promise<Box> {
	const start = file.position;
	const header = await file.need(8);
	const type = characters(header, 4);
	let size = uint32(header);
	if (size === 1) size = uint64(await file.need(8));
	if (size === 0) return { type, end };
	if (start + size < file.position) throw new EndOfFile();
	return { type, end: Math.min(start + size, end) };
}
