/**
 * JSON as the Python server reads and writes it: bare NaN and Infinity, integers of any size,
 * ", " and ": " as separators, everything outside ASCII escaped.
 */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity|NaN/g;
const MARK = '\u0000number:';

function mark(token: string): string {
	if (token.startsWith('"')) return token;
	const exact = /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token));
	return exact || /[NI]/.test(token) ? JSON.stringify(MARK + token) : token;
}

/** Integers beyond 2^53 become bigint. Throws SyntaxError on what Python would reject too. */
export function parsePython(text: string): unknown {
	return JSON.parse(text.replace(TOKEN, mark), (_key, value: unknown) => {
		if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
		const token = value.slice(MARK.length);
		return /^-?\d+$/.test(token) ? BigInt(token) : Number(token);
	});
}

function escapeCharacter(character: string): string {
	return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function quote(text: string): string {
	return JSON.stringify(text).replace(/[\u007f-\uffff]/g, escapeCharacter);
}

export function stringifyPython(value: unknown): string {
	if (value === null || value === undefined) return 'null';
	if (typeof value === 'string') return quote(value);
	if (typeof value !== 'object') return String(value);
	if (Array.isArray(value)) return `[${value.map(stringifyPython).join(', ')}]`;
	const members = Object.entries(value).filter(([, member]) => member !== undefined);
	return `{${members.map(([key, member]) => `${quote(key)}: ${stringifyPython(member)}`).join(', ')}}`;
}
