import type { ByteReader } from '../ByteReader';
import { latin1, decode, viewOf } from '../binary';
import type { MetadataTexts } from '../MetadataTexts';
import { ItemFinder } from './isoItems';
import { readItemList, readKeys, openBox, type Box } from './isoBoxes';

/** First boxes in a `meta` box of QuickTime, which has no version field before its content. */
const FIRST_IN_META = new Set(['hdlr', 'keys', 'ilst', 'mhdr', 'pitm', 'iloc', 'iinf', 'free']);

/**
 * MP4, MOV, AVIF and HEIF: boxes. Videos have their texts in `moov/meta` or `moov/udta/meta`, which may follow
 * the frames; still pictures have EXIF data as an item of `meta`.
 */
export async function readIsoMedia(file: ByteReader, found: MetadataTexts): Promise<void> {
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

/** Reads the boxes inside that can hold texts. They nest at most three deep, so the recursion ends. */
async function readInside(
	parent: Box,
	file: ByteReader,
	found: MetadataTexts,
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
	if (!FIRST_IN_META.has(latin1(start, 4))) await file.skip(4);
}

const COMMENT = '\u00a9cmt';

/** A QuickTime text: length and language with 16 bits each, then the text. */
async function readShortText(box: Box, file: ByteReader, found: MetadataTexts): Promise<void> {
	const length = box.end - file.position;
	if (box.type !== COMMENT || length < 4 || found.maxLengthOf('comment', length) === 0) return;
	const data = await file.read(length);
	const length16 = viewOf(data).getUint16(0);
	// A text of 64 kB or more fills the box, and the length field has only its lower 16 bits.
	const fillsBox = (length - 4 - length16) % 0x1_0000 === 0;
	found.add('comment', decode(data.subarray(4, fillsBox ? length : length16 + 4)));
}
