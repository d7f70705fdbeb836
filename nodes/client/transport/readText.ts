import { UnexpectedResponseError } from '../core/errors';
import type { ByteStream } from './http';

/** `/object_info` of large installations reaches about 20 MB; a longer text is not an answer of ComfyUI. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Reads a stream as UTF-8 text.
 * @param maxBytes a longer text is cut off when `cut` is set, else it is an error
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
			throw new UnexpectedResponseError('The answer of the server is too long for a ComfyUI.', 200);
		}
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}
