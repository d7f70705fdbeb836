import { EndOfFile, type ByteReader } from '../ByteReader';
import { decode, latin1, uint32Little, viewOf } from '../binary';
import { requireMaxLength, type MetadataTexts } from '../MetadataTexts';
import { readExif } from './exif';

/** Pictures whose only texts are EXIF data and comments: JPEG and WebP. */

const APP1 = 0xe1;
const COMMENT = 0xfe;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** JPEG: segments before the pixels; APP1 holds EXIF data. */
export async function readJpeg(file: ByteReader, found: MetadataTexts): Promise<void> {
	await file.skip(2);
	while (!found.complete) {
		const marker = await nextMarker(file);
		if (marker === START_OF_SCAN || marker === END_OF_IMAGE) return;
		if (hasNoLength(marker)) continue;
		const length = viewOf(await file.read(2)).getUint16(0) - 2;
		if (length < 0) throw new EndOfFile();
		if (marker === APP1) readExif(await file.read(length), found);
		else if (marker === COMMENT) found.add('comment', decode(await file.read(length)));
		else await file.skip(length);
	}
}

async function nextMarker(file: ByteReader): Promise<number> {
	const [sign, marker] = await file.read(2);
	if (sign !== 0xff) throw new EndOfFile();
	let last = marker;
	while (last === 0xff) [last] = await file.read(1); // padding
	return last;
}

/** Markers without a length: restart markers, start of image, and TEM. */
function hasNoLength(marker: number): boolean {
	return (marker >= 0xd0 && marker <= 0xd8) || marker === 0x01;
}

const WEBP_HEADER_LENGTH = 12;

/** WebP: RIFF chunks; the one named EXIF holds the texts. */
export async function readWebp(file: ByteReader, found: MetadataTexts): Promise<void> {
	await file.skip(WEBP_HEADER_LENGTH);
	while (!found.any && !(await file.atEnd())) {
		const header = await file.read(8);
		const [type, length] = [latin1(header, 0, 4), uint32Little(header, 4)];
		const end = file.position + length + (length % 2);
		if (type === 'EXIF') readExif(await file.read(requireMaxLength(length)), found);
		await file.skipTo(end);
	}
}
