import { EndOfFile, type ByteReader } from '../ByteReader';
import { decode } from '../binary';
import { MAX_BYTES, type MetadataTexts } from '../MetadataTexts';

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TAGS = 0x1254c367;
const TAG = 0x7373;
const SIMPLE_TAG = 0x67c8;
const TAG_NAME = 0x45a3;
const TAG_STRING = 0x4487;

/** Elements whose children are read as if they were siblings. */
const ENTERED = new Set([SEGMENT, TAGS, TAG, SIMPLE_TAG]);
const MAX_NAME_LENGTH = 1000;

/**
 * WebM and Matroska: nested elements. They are read as one flat sequence, so that depth and missing sizes make
 * no difference: a tag is the name and the text after a `SimpleTag`.
 */
export async function readMatroska(file: ByteReader, found: MetadataTexts): Promise<void> {
	let name: string | undefined;
	let text: string | undefined;
	while (!found.complete && !(await file.atEnd())) {
		const { id, size } = await openElement(file);
		if (id === CLUSTER && found.any) return; // writers put all tags either before or after the frames
		if (ENTERED.has(id) || (id === CLUSTER && size === undefined)) {
			if (id === SIMPLE_TAG) name = text = undefined;
			continue;
		}
		if (size === undefined) throw new EndOfFile();
		if (id === TAG_NAME && size <= MAX_NAME_LENGTH) name = decode(await file.read(size));
		else if (id === TAG_STRING && isWanted(name, size, found)) text = decode(await file.read(size));
		else await file.skip(size);
		if (name === undefined || text === undefined) continue;
		found.add(name, text);
		text = undefined;
	}
}

/** A text may precede its name; then it is kept until the name follows. */
function isWanted(name: string | undefined, size: number, found: MetadataTexts): boolean {
	return name === undefined ? size <= MAX_BYTES : found.maxLengthOf(name, size) > 0;
}

/** Reads id and size of an element; the size is undefined when the element ends at the next one. */
async function openElement(file: ByteReader): Promise<{ id: number; size: number | undefined }> {
	const head = await file.peek(12);
	const idLength = lengthOf(head[0]);
	const sizeLength = lengthOf(head[idLength] ?? 0);
	if (idLength > 4 || sizeLength > 8) throw new EndOfFile();
	const bytes = await file.read(idLength + sizeLength);
	const id = numberOf(bytes, 0, idLength, 0);
	const size = numberOf(bytes, idLength + 1, idLength + sizeLength, bytes[idLength] & (0xff >> sizeLength));
	return { id, size: size === 2 ** (7 * sizeLength) - 1 ? undefined : size };
}

/** The byte length of a number: the leading zeros of its first byte, plus one. */
function lengthOf(first: number): number {
	return Math.clz32(first) - 23;
}

/**
 * A big-endian number. It is computed without a DataView, for which Node.js allocates memory outside the heap: a crafted file
 * has many numbers.
 * @param first the value of the bits before these bytes; the size of an element begins within a byte
 */
function numberOf(bytes: Uint8Array, from: number, to: number, first: number): number {
	let value = first;
	for (let at = from; at < to; at++) value = value * 256 + bytes[at];
	return value;
}
