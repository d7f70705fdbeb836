import type { ByteReader } from '../ByteReader';
import { spells } from '../binary';
import { MAX_BYTES, withinBounds, type EmbeddedTexts } from '../EmbeddedTexts';

/** Whether these are the first bytes of JSON: behind blanks an object, a list, or a text that may be one. */
export function isJson(head: Uint8Array): boolean {
	const start = decodeText(head);
	return /^\s*(?:[[{"]|$)/.test(start) && !start.includes('\u0000');
}

/** Keeps the whole file as a text. */
export async function readJsonFile(file: ByteReader, found: EmbeddedTexts): Promise<void> {
	const bytes = await file.rest(MAX_BYTES + 1);
	found.document = decodeText(bytes.subarray(0, withinBounds(bytes.byteLength)));
}

/** UTF-8, or UTF-16 where a mark says so. The decoders take the mark away. */
function decodeText(bytes: Uint8Array): string {
	const encoding = spells(bytes, '\u00ff\u00fe')
		? 'utf-16le'
		: spells(bytes, '\u00fe\u00ff')
			? 'utf-16be'
			: 'utf-8';
	return new TextDecoder(encoding).decode(bytes);
}
