import { characters, decode, uint32Little } from '../binary';
import type { EmbeddedTexts } from '../EmbeddedTexts';

const LONGEST_NAME = 200;

/**
 * The comments of FLAC, Opus and Vorbis: `name=text`, each behind its length.
 * @param block starts with the length of the vendor's name
 */
export function readVorbisComment(block: Uint8Array, found: EmbeddedTexts): void {
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

function readComment(comment: Uint8Array, found: EmbeddedTexts): void {
	const start = characters(comment, 0, LONGEST_NAME);
	const nameLength = start.indexOf('=');
	if (nameLength <= 0) return;
	const name = start.slice(0, nameLength);
	const text = comment.subarray(nameLength + 1);
	if (found.room(name, text.byteLength) > 0) found.add(name, decode(text));
}
