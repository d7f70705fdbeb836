import { EndOfFile, type ByteReader } from '../ByteReader';
import { decode, spells, uint32Little } from '../binary';
import { parsed, withinBounds, type EmbeddedTexts } from '../EmbeddedTexts';
import { isRecord } from '../../core/guards';

/** Whether these are the first bytes of such a file: a length of less than 4 GB with 64 bits, then JSON. */
export function isSafetensors(head: Uint8Array): boolean {
	return spells(head, '\u0000\u0000\u0000\u0000{', 4);
}

/** Models and latents: a JSON header that describes the tensors behind it. */
export async function readSafetensors(file: ByteReader, found: EmbeddedTexts): Promise<void> {
	const length = uint32Little(await file.need(8));
	const header = parsed(decode(await file.need(withinBounds(length))));
	if (!isRecord(header)) throw new EndOfFile();
	found.addAll(header.__metadata__);
}
