import { UnexpectedResponseError } from '../core/errors';
import type { ByteStream } from './http';

/** One event of a stream of Server-Sent Events. */
export interface StreamEvent {
	/** `message` when the stream does not name it. */
	event: string;
	data: string;
}

/** Previews are pictures as base64 of some hundred kB; a longer event is none of ComfyUI. */
const MAX_CHARACTERS = 32 * 1024 * 1024;

/**
 * Reads Server-Sent Events (the format of the HTML standard). Comments, IDs and retry times are left out.
 * @throws UnexpectedResponseError for an event that is too long, and what the stream throws
 */
export async function* readEventStream(stream: ByteStream): AsyncGenerator<StreamEvent> {
	const decoder = new TextDecoder();
	let rest = '';
	let event = '';
	let data: string[] = [];
	let characters = 0;
	for await (const chunk of stream) {
		const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
		rest = lines.pop() ?? '';
		for (const line of lines.map((text) => text.replace(/\r$/, ''))) {
			if (line === '') {
				if (data.length > 0) yield { event: event || 'message', data: data.join('\n') };
				[event, data, characters] = ['', [], 0];
				continue;
			}
			const [, field, value] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line) as RegExpExecArray;
			characters += value.length;
			if (field === 'event') event = value;
			if (field === 'data') data.push(value);
		}
		if (rest.length + characters > MAX_CHARACTERS)
			throw new UnexpectedResponseError('An event of the server is too long for a ComfyUI.', 200);
	}
}
