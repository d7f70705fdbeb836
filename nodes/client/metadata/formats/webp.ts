import type { ByteReader } from '../ByteReader';
import { characters, uint32Little } from '../binary';
import { withinBounds, type EmbeddedTexts } from '../EmbeddedTexts';
import { readExif } from './exif';

const HEADER_LENGTH = 12;

/** WebP: RIFF chunks, of which one is named EXIF. */
export async function readWebp(file: ByteReader, found: EmbeddedTexts): Promise<void> {
	await file.skip(HEADER_LENGTH);
	while (!found.any && !(await file.atEnd())) {
		const header = await file.need(8);
		const [type, length] = [characters(header, 0, 4), uint32Little(header, 4)];
		const end = file.position + length + (length % 2);
		if (type === 'EXIF') readExif(await file.need(withinBounds(length)), found);
		await file.skipTo(end);
	}
}
