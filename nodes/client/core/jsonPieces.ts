import { parseJson } from './json';
import { type AbortOptions, delay, now, throwIfAborted } from './time';

/** Characters; parsing as many takes about 2 ms. */
const PIECE = 128 * 1024;

/** Milliseconds of work after which other work of the process gets its turn. */
const TURN_MS = 4;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;

/**
 * Parses the JSON text of a large object like `parseJson`, a few of its members at a time. In between, other work
 * of the process goes on: 14 MB at once would block it for more than 100 ms.
 * @throws SyntaxError when the text is not JSON
 * @throws AbortedError as soon as the signal fires
 */
export async function parseJsonInPieces(text: string, { signal }: AbortOptions = {}): Promise<unknown> {
	if (text.length <= PIECE || !text.startsWith('{')) return parseJson(text);
	const entries: Array<[string, unknown]> = [];
	let start = 1;
	let turn = now();
	for (const end of memberEnds(text)) {
		if (end - start < PIECE && end < text.length - 1) continue;
		entries.push(...Object.entries(parseJson(`{${text.slice(start, end)}}`) as object));
		start = end + 1;
		throwIfAborted(signal);
		if (now() - turn < TURN_MS) continue;
		await delay(0, { signal });
		turn = now();
	}
	// A text that ends too early, or goes on after its end, has no last piece.
	return start === text.length ? Object.fromEntries(entries) : parseJson(text);
}

/** Offsets of the commas between the members of the outer object, and of the brace that ends the text. */
function* memberEnds(text: string): Generator<number> {
	let depth = 1;
	for (let at = 1; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === QUOTE) at = endOfString(text, at);
		else if (code === OPEN_BRACE || code === OPEN_BRACKET) depth++;
		else if (code === CLOSE_BRACE || code === CLOSE_BRACKET) depth--;
		else if (code === COMMA && depth === 1) yield at;
		if (depth > 0) continue;
		if (at === text.length - 1 && text[at] === '}') yield at;
		return;
	}
}

/** The offset of the quote that closes a string; the length of the text when there is none. */
function endOfString(text: string, start: number): number {
	for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
		let before = at;
		while (text.charCodeAt(before - 1) === BACKSLASH) before--;
		if ((at - before) % 2 === 0) return at;
	}
	return text.length;
}
