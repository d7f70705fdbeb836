import { EndOfFile, type ByteReader } from '../ByteReader';
import { decode, spells, uint32Little } from '../binary';
import { parsed, withinBounds, type EmbeddedTexts } from '../EmbeddedTexts';
import { isRecord } from '../../core/guards';

const HEADER_LENGTH = 12;

/** GLB: the first chunk is JSON; its asset says where it comes from. */
export async function readGlb(file: ByteReader, found: EmbeddedTexts): Promise<void> {
	await file.skip(HEADER_LENGTH);
	const header = await file.need(8);
	if (!spells(header, 'JSON', 4)) throw new EndOfFile();
	const scene = parsed(decode(await file.need(withinBounds(uint32Little(header)))));
	if (!isRecord(scene)) throw new EndOfFile();
	if (isRecord(scene.asset)) found.addAll(scene.asset.extras);
}
