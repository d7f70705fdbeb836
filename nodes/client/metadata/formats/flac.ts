import type { ByteReader } from '../ByteReader';
import { uint32 } from '../binary';
import type { EmbeddedTexts } from '../EmbeddedTexts';
import { readVorbisComment } from './vorbisComment';

const SIGNATURE_LENGTH = 4;
const VORBIS_COMMENT = 4;

/** FLAC: blocks of metadata before the sound. */
export async function readFlac(file: ByteReader, found: EmbeddedTexts): Promise<void> {
	await file.skip(SIGNATURE_LENGTH);
	for (let isLast = false; !isLast && !found.complete; ) {
		const header = uint32(await file.need(4));
		isLast = header >>> 31 === 1;
		const [type, length] = [(header >>> 24) & 0x7f, header & 0xff_ffff];
		if (type === VORBIS_COMMENT) readVorbisComment(await file.need(length), found);
		else await file.skip(length);
	}
}
