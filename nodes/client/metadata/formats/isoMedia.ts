import type { ByteReader } from '../ByteReader';
import { characters, decode, viewOf } from '../binary';
import type { EmbeddedTexts } from '../EmbeddedTexts';
import { ItemFinder } from './isoItems';
import { readItemList, readKeys, openBox, type Box } from './isoBoxes';

/** Box types that tell a `meta` box of QuickTime, which has no version before its content, from others. */
const FIRST_IN_META = new Set(['hdlr', 'keys', 'ilst', 'mhdr', 'pitm', 'iloc', 'iinf', 'free']);

/**
 * MP4, MOV, AVIF and HEIF: boxes. Videos have their texts in `moov`, in `meta` there or in `udta/meta`,
 * which may stand behind all of the pictures; still pictures have EXIF data as an item of `meta`.
 */
export async function readIsoMedia(file: ByteReader, found: EmbeddedTexts): Promise<void> {
	const items = new ItemFinder();
	while (!found.any && !(await file.atEnd())) {
		const box = await openBox(file, Infinity);
		if (box.type === 'moov' || box.type === 'meta') await readInside(box, file, found, items);
		if (box.type === 'moov' && !items.pending) return;
		await items.readExifItem(file, box.end, found);
		if (box.end === Infinity) return;
		await file.skipTo(Math.max(box.end, file.position));
	}
}

/** Reads what can hold texts in a box; the boxes go three deep at most, so that this ends. */
async function readInside(
	parent: Box,
	file: ByteReader,
	found: EmbeddedTexts,
	items: ItemFinder,
): Promise<void> {
	if (parent.type === 'meta') await skipVersion(file);
	let keys: string[] = [];
	while (!found.complete && file.position + 8 <= parent.end && !(await file.atEnd())) {
		const box = await openBox(file, parent.end);
		if (box.type === 'meta' && parent.type !== 'meta') await readInside(box, file, found, items);
		else if (box.type === 'udta' && parent.type === 'moov') await readInside(box, file, found, items);
		else if (box.type === 'keys') keys = await readKeys(file, box.end);
		else if (box.type === 'ilst') await readItemList(file, box.end, keys, found);
		else if (box.type.startsWith('\u00a9')) await readShortText(box, file, found);
		else await items.readBox(box, file);
		await file.skipTo(box.end);
	}
}

async function skipVersion(file: ByteReader): Promise<void> {
	const start = await file.peek(8);
	if (!FIRST_IN_META.has(characters(start, 4))) await file.skip(4);
}

const COMMENT = '\u00a9cmt';

/** A text of QuickTime: length and language with 16 bits each, then the text. */
async function readShortText(box: Box, file: ByteReader, found: EmbeddedTexts): Promise<void> {
	const length = box.end - file.position;
	if (box.type !== COMMENT || length < 4 || found.room('comment', length) === 0) return;
	const data = await file.need(length);
	const told = viewOf(data).getUint16(0);
	// A text too long for 16 bits fills the box, and only the lower bits of its length are told.
	const fillsBox = (length - 4 - told) % 0x1_0000 === 0;
	found.add('comment', decode(data.subarray(4, fillsBox ? length : told + 4)));
}
