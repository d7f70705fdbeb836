import { EndOfFile, type ByteReader } from '../ByteReader';
import { decode, hasText, uint32Little } from '../binary';
import { tryParseJson, requireMaxLength, type MetadataTexts } from '../MetadataTexts';
import { isRecord } from '../../core/guards';

/** Model files that start with a JSON header: GLB (3D models) and safetensors (weights, latents). */

const GLB_HEADER_LENGTH = 12;

/** GLB: the first chunk is JSON, and `asset.extras` in it holds the texts. */
export async function readGlb(file: ByteReader, found: MetadataTexts): Promise<void> {
	await file.skip(GLB_HEADER_LENGTH);
	const header = await file.read(8);
	if (!hasText(header, 'JSON', 4)) throw new EndOfFile();
	const { asset } = await readJson(file, uint32Little(header));
	if (isRecord(asset)) found.addAll(asset.extras);
}

/** Whether a file starts with a length below 4 GB in 64 bits and then JSON. */
export function isSafetensors(head: Uint8Array): boolean {
	return hasText(head, '\u0000\u0000\u0000\u0000{', 4);
}

/** Safetensors: the header describes the tensors, and `__metadata__` in it holds the texts. */
export async function readSafetensors(file: ByteReader, found: MetadataTexts): Promise<void> {
	const length = uint32Little(await file.read(8));
	const header = await readJson(file, length);
	found.addAll(header.__metadata__);
}

/** @throws EndOfFile when these bytes are not a JSON object */
async function readJson(file: ByteReader, length: number): Promise<Record<string, unknown>> {
	const header = tryParseJson(decode(await file.read(requireMaxLength(length))));
	if (!isRecord(header)) throw new EndOfFile();
	return header;
}
