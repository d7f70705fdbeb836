/** Finds the mistake in a text that is not JSON; the engine's own messages tell its place only sometimes. */

const SPACE = /[ \t\n\r]*/y;
const LITERAL = /true|false|null|NaN|-?Infinity|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** A text up to its closing quote, which it may lack: all from the blank on, but quote and backslash, and escapes. */
const STRING = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-\uffff]*)*/y;

/** Offset of the first character that cannot be; the length of the text when it only ends too early. */
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
