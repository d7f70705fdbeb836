import { EndOfFile, type ByteReader } from '../ByteReader';
import { decode, uint64 } from '../binary';
import { MAX_BYTES, type EmbeddedTexts } from '../EmbeddedTexts';

const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const TAGS = 0x1254c367;
const TAG = 0x7373;
const SIMPLE_TAG = 0x67c8;
const TAG_NAME = 0x45a3;
const TAG_STRING = 0x4487;

/** Elements whose content is read as if it stood in their place. */
const ENTERED = new Set([SEGMENT, TAGS, TAG, SIMPLE_TAG]);
const LONGEST_NAME = 1000;

/**
 * WebM and Matroska: elements within elements. Those that matter are read flatly, one after the other,
 * so that neither depth nor missing sizes matter: a tag is a name and a text since the last `SimpleTag`.
 */
export async function readMatroska(file: ByteReader, found: EmbeddedTexts): Promise<void> {
	let name: string | undefined;
	let text: string | undefined;
	while (!found.complete && !(await file.atEnd())) {
		const { id, size } = await openElement(file);
		if (id === CLUSTER && found.any) return; // the writers put all their tags before the pictures, or behind
		if (ENTERED.has(id) || (id === CLUSTER && size === undefined)) {
			if (id === SIMPLE_TAG) name = text = undefined;
			continue;
		}
		if (size === undefined) throw new EndOfFile();
		if (id === TAG_NAME && size <= LONGEST_NAME) name = decode(await file.need(size));
		else if (id === TAG_STRING && isOfInterest(name, size, found)) text = decode(await file.need(size));
		else await file.skip(size);
		if (name === undefined || text === undefined) continue;
		found.add(name, text);
		text = undefined;
	}
}

/** A text may stand before its name; then it is kept until the name comes. */
function isOfInterest(name: string | undefined, size: number, found: EmbeddedTexts): boolean {
	return name === undefined ? size <= MAX_BYTES : found.room(name, size) > 0;
}

/** Reads id and size of an element; the size is undefined when it ends where another one begins. */
async function openElement(file: ByteReader): Promise<{ id: number; size: number | undefined }> {
	const head = await file.peek(12);
	const idLength = lengthOf(head[0]);
	const sizeLength = lengthOf(head[idLength] ?? 0);
	if (idLength > 4 || sizeLength > 8) throw new EndOfFile();
	const id = numberOf(await file.need(idLength));
	const size = Uint8Array.from(await file.need(sizeLength));
	size[0] &= 0xff >> sizeLength; // the bit that tells the length
	const isUnknown = size[0] === 0xff >> sizeLength && size.subarray(1).every((byte) => byte === 0xff);
	return { id, size: isUnknown ? undefined : numberOf(size) };
}

/** How many bytes a number has, told by the leading zeros of its first. */
function lengthOf(first: number): number {
	return Math.clz32(first) - 23;
}

function numberOf(bytes: Uint8Array): number {
	const wide = new Uint8Array(8);
	wide.set(bytes, 8 - bytes.byteLength);
	return uint64(wide);
}
