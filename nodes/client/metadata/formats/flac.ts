import type { ByteReader } from '../ByteReader';
import { decode, latin1, uint32, uint32Little } from '../binary';
import type { MetadataTexts } from '../MetadataTexts';

const SIGNATURE_LENGTH = 4;
const VORBIS_COMMENT = 4;
const MAX_NAME_LENGTH = 200;

/** FLAC: metadata blocks before the audio. */
export async function readFlac(file: ByteReader, found: MetadataTexts): Promise<void> {
	await file.skip(SIGNATURE_LENGTH);
	for (let isLast = false; !isLast && !found.complete; ) {
		const header = uint32(await file.read(4));
		isLast = header >>> 31 === 1;
		const [type, length] = [(header >>> 24) & 0x7f, header & 0xff_ffff];
		if (type === VORBIS_COMMENT) readVorbisComment(await file.read(length), found);
		else await file.skip(length);
	}
}

/**
 * The Vorbis comment of FLAC, Opus, Vorbis and Theora: `name=text`, each after its length.
 * @param block starts with the length of the vendor string
 */
export function readVorbisComment(block: Uint8Array, found: MetadataTexts): void {
	if (block.byteLength < 4) return;
	let at = 4 + uint32Little(block);
	if (at + 4 > block.byteLength) return;
	const count = uint32Little(block, at);
	at += 4;
	for (let index = 0; index < count && at + 4 <= block.byteLength; index++) {
		const length = uint32Little(block, at);
		at += 4;
		if (at + length > block.byteLength) return;
		readComment(block.subarray(at, at + length), found);
		at += length;
	}
}

function readComment(comment: Uint8Array, found: MetadataTexts): void {
	const start = latin1(comment, 0, MAX_NAME_LENGTH);
	const nameLength = start.indexOf('=');
	if (nameLength <= 0) return;
	const name = start.slice(0, nameLength);
	const text = comment.subarray(nameLength + 1);
	if (found.maxLengthOf(name, text.byteLength) > 0) found.add(name, decode(text));
}
