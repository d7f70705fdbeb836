import { EndOfFile, type ByteReader } from '../ByteReader';
import { decode, viewOf } from '../binary';
import type { EmbeddedTexts } from '../EmbeddedTexts';
import { readExif } from './exif';

const APP1 = 0xe1;
const COMMENT = 0xfe;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** JPEG: segments up to the pixels; EXIF stands in APP1. */
export async function readJpeg(file: ByteReader, found: EmbeddedTexts): Promise<void> {
	await file.skip(2);
	while (!found.complete) {
		const marker = await nextMarker(file);
		if (marker === START_OF_SCAN || marker === END_OF_IMAGE) return;
		if (standsAlone(marker)) continue;
		const length = viewOf(await file.need(2)).getUint16(0) - 2;
		if (length < 0) throw new EndOfFile();
		if (marker === APP1) readExif(await file.need(length), found);
		else if (marker === COMMENT) found.add('comment', decode(await file.need(length)));
		else await file.skip(length);
	}
}

async function nextMarker(file: ByteReader): Promise<number> {
	const [sign, marker] = await file.need(2);
	if (sign !== 0xff) throw new EndOfFile();
	let last = marker;
	while (last === 0xff) [last] = await file.need(1); // filling
	return last;
}

/** Markers without a length: those of restarts, and two old ones. */
function standsAlone(marker: number): boolean {
	return (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01;
}
