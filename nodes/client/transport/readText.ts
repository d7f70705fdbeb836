import { UnexpectedResponseError } from '../core/errors';
import type { ByteStream } from './http';

/** Catalogues of large installations reach some 20 MB; a text beyond this is no answer of a ComfyUI. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Reads a stream as UTF-8 text.
 * @param maxBytes what comes after is cut off when `cut` is set, else an error
 * @throws UnexpectedResponseError when the text is longer than that
 */
export async function readText(stream: ByteStream, maxBytes = MAX_BYTES, cut = false): Promise<string> {
	const decoder = new TextDecoder();
	let text = '';
	let read = 0;
	for await (const chunk of stream) {
		read += chunk.byteLength;
		if (read > maxBytes) {
			if (cut) break;
			throw new UnexpectedResponseError('The answer of the server is too long to be one of ComfyUI.', 200);
		}
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}
