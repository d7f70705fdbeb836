import type { ByteReader } from '../ByteReader';
import { hasText } from '../binary';
import { MAX_BYTES, requireMaxLength, type MetadataTexts } from '../MetadataTexts';

/** Whether JSON starts here: after white space an object, a list, or a string that may contain JSON. */
export function isJson(head: Uint8Array): boolean {
	const start = decodeText(head);
	return /^\s*(?:[[{"]|$)/.test(start) && !start.includes('\u0000');
}

/** Reads the whole file as text. */
export async function readJsonFile(file: ByteReader, found: MetadataTexts): Promise<void> {
	const bytes = await file.rest(MAX_BYTES + 1);
	found.document = decodeText(bytes.subarray(0, requireMaxLength(bytes.byteLength)));
}

/** Decodes UTF-8, or UTF-16 with a byte order mark. The decoder removes the mark. */
function decodeText(bytes: Uint8Array): string {
	const encoding = hasText(bytes, '\u00ff\u00fe')
		? 'utf-16le'
		: hasText(bytes, '\u00fe\u00ff')
			? 'utf-16be'
			: 'utf-8';
	return new TextDecoder(encoding).decode(bytes);
}
