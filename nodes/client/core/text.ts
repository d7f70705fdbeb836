import { BigInteger } from './json';

/**
 * Text that came from a server and is about to be shown to a person: never trusted, never long,
 * never with a secret in it.
 */

/** A secret in the forms in which a server may repeat it: plain, in a URL, a form or JSON (Python escapes all but ASCII). */
export function shapesOf(secret: string): string[] {
	const inJson = JSON.stringify(secret).slice(1, -1);
	const inPython = inJson.replace(
		/[^\x20-\x7e]/g,
		(unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
	const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
	return [...new Set([secret, percentEncoded(secret), inForm, inJson, inPython])];
}

/** Secrets below this length occur by chance inside other words, and are replaced only where they are a word. */
const SHORT_SECRET = 4;

/** Replaces every secret by `***`; longest first, so that a secret inside a secret leaves no rest. */
export function redact(text: string, secrets: readonly string[]): string {
	return [...secrets]
		.filter(Boolean)
		.sort((a, b) => b.length - a.length)
		.reduce(
			(clean, secret) =>
				secret.length < SHORT_SECRET ? redactWord(clean, secret) : clean.split(secret).join('***'),
			text,
		);
}

/** Bare numbers in JSON stay, so that it remains JSON: a server repeats what it was sent as text. */
function redactWord(text: string, secret: string): string {
	const isJson = /^\s*[[{]/.test(text);
	const parts = text.split(secret);
	let clean = parts[0];
	for (const [index, part] of parts.slice(1).entries()) {
		// an empty part between two: the next character is the secret's own
		const before = parts[index] || (index === 0 ? '' : secret);
		const after = part || (index + 2 < parts.length ? secret : '');
		const inWord = joins(before.slice(-1), secret[0]) || joins(secret.slice(-1), after[0] ?? '');
		const isNumber = isJson && /[:,[]\s*$/.test(before.slice(-3)) && /^\s*[,}\]]/.test(part.slice(0, 3));
		clean += inWord || isNumber ? secret + part : `***${part}`;
	}
	return clean;
}

const WORD = /[\p{L}\p{N}_]/u;
const joins = (left: string, right: string) => WORD.test(left) && WORD.test(right);

/** Characters between `<` and `>` beyond which they are not read as markup. */
const LONGEST_TAG = 200;

/**
 * Makes server text safe to show in one line: control characters and markup out, shortened.
 * @param max characters
 */
export function tidy(text: string, max = 500): string {
	const line = text
		.slice(0, max * 8)
		.replace(/<[^<>]*>/g, (tag) => (tag.length <= LONGEST_TAG ? ' ' : tag))
		.replace(/[<>]/g, ' ')
		.replace(/[\p{Cc}\p{Cf}]+/gu, ' ') // control characters, and those that turn the reading direction
		.replace(/\s+/g, ' ')
		.trim();
	return line.length > max ? `${cutText(line, max - 1)}…` : line;
}

/** The beginning of a text, up to `max` UTF-16 units; never ends in half a character. */
export function cutText(text: string, max: number): string {
	return text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');
}

/**
 * Shortens the name of a file from its start, so that the extension stays.
 * @param maxBytes in UTF-8, as file systems count; no character is cut in half
 */
export function lastBytes(text: string, maxBytes: number): string {
	return takeBytes(Array.from(text).reverse(), maxBytes).reverse().join('');
}

/** The beginning of a text. @param maxBytes in UTF-8; no character is cut in half */
export function firstBytes(text: string, maxBytes: number): string {
	return takeBytes(Array.from(text), maxBytes).join('');
}

const encoder = new TextEncoder();

function takeBytes(characters: string[], maxBytes: number): string[] {
	let bytes = 0;
	const end = characters.findIndex((character) => (bytes += encoder.encode(character).length) > maxBytes);
	return end < 0 ? characters : characters.slice(0, end);
}

/** Removes the given characters from the end, in one pass; a pattern such as `/x+$/` starts again at every x. */
export function trimEnd(text: string, characters: string): string {
	let end = text.length;
	while (end > 0 && characters.includes(text[end - 1])) end--;
	return text.slice(0, end);
}

/** `encodeURIComponent` for any text: half of a surrogate pair, which it refuses, becomes the usual question mark. */
export function percentEncoded(text: string): string {
	return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

/** A JSON value as text. Unlike `String`, it does not fail for objects with a member `toString`. */
export function textOf(value: unknown): string {
	const isNested = typeof value === 'object' && value !== null && !(value instanceof BigInteger);
	return isNested ? jsonOf(value) : String(value);
}

/** JSON of any value, or a remark where it is nested too deeply. */
function jsonOf(value: unknown): string {
	try {
		return JSON.stringify(value) ?? String(value);
	} catch {
		return 'values nested too deeply to be shown';
	}
}

/** A value as a short readable text: strings in quotes, objects as JSON, not longer than `max` characters. */
export function show(value: unknown, max = 80): string {
	const text = typeof value === 'string' ? `"${value}"` : jsonOf(value);
	return tidy(text, max);
}

/** "a, b and 3 more". */
export function listed(items: readonly string[], max = 5): string {
	const shown = items.slice(0, max).join(', ');
	return items.length > max ? `${shown} and ${items.length - max} more` : shown;
}
