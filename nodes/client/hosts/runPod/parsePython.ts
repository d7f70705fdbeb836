import { parseJson } from '../../core/json';

/** Strings in either quotes, the words of Python, numbers, punctuation. Strings are read without going back. */
const TOKEN =
	/'[^'\\]*(?:\\[^][^'\\]*)*'|"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d[\d.]*(?:e[+-]?\d+)?|[A-Za-z]+|[[\]{},:]|-|\s+/y;
const WORDS: Record<string, string> = {
	True: 'true',
	False: 'false',
	None: 'null',
	nan: 'null',
	inf: 'null',
};
const ESCAPE = /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([^]))/g;
const CONTROLS: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/**
 * Reads how Python prints data that came from JSON: `{'a': [1, True, None]}`.
 * @returns undefined when the text is anything else
 */
export function parsePython(text: string): unknown {
	const tokens: string[] = [];
	for (let at = 0; at < text.length; ) {
		TOKEN.lastIndex = at;
		const token = TOKEN.exec(text)?.[0];
		const json = token && toJson(token);
		if (json === undefined || json === '') return undefined;
		tokens.push(json);
		at = TOKEN.lastIndex;
	}
	try {
		return parseJson(tokens.join(''));
	} catch {
		return undefined;
	}
}

/** The same token in JSON; undefined for a word that data does not hold. */
function toJson(token: string): string | undefined {
	if (/^['"]/.test(token)) return JSON.stringify(token.slice(1, -1).replace(ESCAPE, unescaped));
	if (token === '-') return ' '; // before inf
	if (/^[A-Za-z]/.test(token)) return Object.hasOwn(WORDS, token) ? WORDS[token] : undefined;
	return token;
}

function unescaped(_all: string, byte?: string, unit?: string, point?: string, other = ''): string {
	const code = byte ?? unit ?? point;
	if (code === undefined) return Object.hasOwn(CONTROLS, other) ? CONTROLS[other] : other;
	const value = parseInt(code, 16);
	return value <= 0x10ffff ? String.fromCodePoint(value) : '';
}
