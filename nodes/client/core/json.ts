/**
 * JSON as ComfyUI writes it: Python's encoder emits bare NaN, Infinity and -Infinity, and integers
 * up to 2^64-1 (seeds), which JavaScript's parser rejects or rounds.
 */

/** Texts may be of many megabytes and may lack their closing quote: each is read once, without going back. */
const STRING_OR_SPECIAL = /"[^"\\]*(?:\\[^][^"\\]*)*"?|-?Infinity|NaN/g;
const STRING_OR_NUMBER = /"[^"\\]*(?:\\[^][^"\\]*)*"?|-?\d[\d.eE+-]*/g;
const LONG_INTEGER = /^-?\d{16,}$/;
/** Without so many digits in a row a text has no integer that a double cannot hold. */
const MANY_DIGITS = 16;

/**
 * Parses JSON text; bare NaN and Infinity become null.
 * @throws SyntaxError when the text is not JSON even so
 */
export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return JSON.parse(text.replace(STRING_OR_SPECIAL, (token) => (token.startsWith('"') ? token : 'null')));
	}
}

/** Integers beyond 2^53 that `JSON.parse` would round, kept as they were written. */
export class BigInteger {
	constructor(readonly digits: string) {}
	/** In items and logs it reads as text, so that no digit is lost. */
	toJSON(): string {
		return this.digits;
	}
	toString(): string {
		return this.digits;
	}
}

/** A JSON value as a number, or NaN. Unlike `Number`, it does not fail for objects with a member `valueOf`. */
export function numberOf(value: unknown): number {
	const isNested = typeof value === 'object' && value !== null && !(value instanceof BigInteger);
	return isNested ? NaN : Number(value);
}

/**
 * Like {@link parseJson}, but integers that a double cannot hold come out as {@link BigInteger}, so that
 * a workflow with a 64-bit seed is sent exactly as it was exported.
 * @throws SyntaxError
 */
export function parseJsonExactly(text: string): unknown {
	if (!hasManyDigits(text)) return parseJson(text);
	const tag = crypto.randomUUID();
	const marked = text.replace(STRING_OR_NUMBER, (token) =>
		LONG_INTEGER.test(token) && !Number.isSafeInteger(Number(token)) ? `"${tag}${token}"` : token,
	);
	if (marked === text) return parseJson(text);
	return JSON.parse(JSON.stringify(parseJson(marked)), (_, value: unknown) =>
		typeof value === 'string' && value.startsWith(tag) ? new BigInteger(value.slice(tag.length)) : value,
	);
}

/** Looks at every 16th character: 16 digits in a row have one of these places. */
function hasManyDigits(text: string): boolean {
	for (let place = MANY_DIGITS - 1; place < text.length; place += MANY_DIGITS) {
		if (!isDigit(text.charCodeAt(place))) continue;
		let [start, end] = [place, place + 1];
		while (isDigit(text.charCodeAt(start - 1))) start--;
		while (isDigit(text.charCodeAt(end))) end++;
		if (end - start >= MANY_DIGITS) return true;
	}
	return false;
}

/** @param unit a UTF-16 unit; NaN outside of a text */
const isDigit = (unit: number) => unit >= 48 && unit <= 57;

/** JSON text in which {@link BigInteger} values are numbers again. */
export function stringifyExactly(value: unknown): string {
	const tag = crypto.randomUUID();
	const text = JSON.stringify(value, function (this: Record<string, unknown>, key, item: unknown) {
		const original = this[key];
		return original instanceof BigInteger ? `${tag}${original.digits}` : item;
	});
	const [first, ...rest] = text.split(`"${tag}`); // each of the rest begins with digits and a closing quote
	return [first, ...rest.map((part) => part.replace('"', ''))].join('');
}

const SPACE = /[ \t\n\r]*/y;
const LITERAL = /true|false|null|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A text up to its closing quote, which may be missing. */
const STRING = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-\uffff]*)*/y;

/**
 * The place of the mistake in a text that is not JSON, which the engine's own messages name only sometimes.
 * @returns offset of the first wrong character; the length of the text when it ends too early
 */
export function jsonErrorPosition(text: string): number {
	const open: Array<'}' | ']'> = [];
	let at = 0;
	let next: 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' = 'value';
	const eat = (pattern: RegExp) => {
		pattern.lastIndex = at;
		if (!pattern.test(text)) return false;
		at = pattern.lastIndex;
		return true;
	};
	for (;;) {
		eat(SPACE);
		const character = text[at];
		const closes = character !== undefined && character === open.at(-1);
		if (closes && (next === 'comma' || next.startsWith('first'))) {
			at++;
			open.pop();
			next = 'comma';
		} else if (next === 'comma') {
			if (character !== ',' || open.length === 0) return at;
			at++;
			next = open.at(-1) === '}' ? 'key' : 'value';
		} else if (next === 'colon') {
			if (character !== ':') return at;
			at++;
			next = 'value';
		} else if (character === '"') {
			eat(STRING);
			if (text[at] !== '"') return at;
			at++;
			next = next.endsWith('key') ? 'colon' : 'comma';
		} else if (next.endsWith('key')) {
			return at;
		} else if (character === '{' || character === '[') {
			at++;
			open.push(character === '{' ? '}' : ']');
			next = character === '{' ? 'first key' : 'first value';
		} else {
			if (!eat(LITERAL)) return at;
			next = 'comma';
		}
	}
}
