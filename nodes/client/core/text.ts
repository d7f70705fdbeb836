import { BigInteger } from './json';

/**
 * Text that came from a server and is about to be shown to a person: never trusted, never long,
 * never with a secret in it.
 */

/** A secret as it is, and as it comes back inside a URL, a form or JSON (Python's escapes all but ASCII). */
export function shapesOf(secret: string): string[] {
	const inJson = JSON.stringify(secret).slice(1, -1);
	const inPython = inJson.replace(
		/[^\x20-\x7e]/g,
		(unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
	const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
	return [...new Set([secret, percentEncoded(secret), inForm, inJson, inPython])];
}

/** Replaces every secret; longest first, so that a secret inside a secret leaves no rest. */
export function redact(text: string, secrets: readonly string[]): string {
	return [...secrets]
		.sort((a, b) => b.length - a.length)
		.reduce((clean, secret) => (secret.length >= 4 ? clean.split(secret).join('***') : clean), text);
}

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
	return line.length > max ? `${line.slice(0, max - 1)}…` : line;
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

/** Any value of JSON as text: `String` fails for what has a member called `toString`. */
export function textOf(value: unknown): string {
	const isNested = typeof value === 'object' && value !== null && !(value instanceof BigInteger);
	return isNested ? jsonOf(value) : String(value);
}

/** JSON of any value; what is too deep for it is only named. */
function jsonOf(value: unknown): string {
	try {
		return JSON.stringify(value) ?? String(value);
	} catch {
		return 'values in values without end';
	}
}

/** A value as a short readable text: strings in quotes, objects as JSON, nothing longer than `most`. */
export function show(value: unknown, max = 80): string {
	const text = typeof value === 'string' ? `"${value}"` : jsonOf(value);
	return tidy(text, max);
}

/** "a, b and 3 more". */
export function listed(items: readonly string[], max = 5): string {
	const shown = items.slice(0, max).join(', ');
	return items.length > max ? `${shown} and ${items.length - max} more` : shown;
}
