import fc from 'fast-check';
import { parseJsonInPieces } from '../../../nodes/client/core/jsonPieces';
import { caught } from '../support/caught';

/** Longer than several pieces, so that a text is really cut. */
const PADDING = 'x'.repeat(150_000);
const padded = (value: object) =>
	JSON.stringify({ a: PADDING, ...value, b: [PADDING], c: { d: PADDING }, '}': '\\"{' });

describe('the text of a large object, parsed in pieces', () => {
	test('is the object that JSON.parse makes of it', async () =>
		await fc.assert(
			fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (value) => {
				const text = padded(value);
				expect(await parseJsonInPieces(text)).toEqual(JSON.parse(text));
			}),
			{ numRuns: 20 },
		));

	test.each([
		['quotes and backslashes', { '\\"': '\\\\', '\\': '"},{"', ',': ',\\' }],
		['a member named __proto__', JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}')],
		['an empty object', {}],
	])('with %s', async (_, value: object) => {
		const text = padded(value);
		const parsed = (await parseJsonInPieces(text)) as object;
		expect(JSON.stringify(parsed)).toBe(text);
		expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
	});

	test('takes the NaN and Infinity that Python writes', async () => {
		const text = padded({ max: 'HERE' }).replace('"HERE"', 'Infinity');
		expect(await parseJsonInPieces(text)).toMatchObject({ max: null });
	});

	test.each([
		['ends too early', (text: string) => text.slice(0, -1)],
		['ends inside a string', (text: string) => text.slice(0, -3)],
		['goes on after its end', (text: string) => `${text}}`],
		['has a comma too many', (text: string) => `${text.slice(0, -1)},}`],
		['closes a list with a brace', (text: string) => text.replace(']', '}')],
		['has two objects', (text: string) => text.replace(',"b"', '},{"b"')],
	])('that %s is an error', async (_, broken) => {
		const error = await caught(parseJsonInPieces(broken(padded({}))));
		expect(error).toBeInstanceOf(SyntaxError);
	});

	test('other work goes on in between', async () => {
		let turns = 0;
		const tick = () => {
			turns++;
			timer = setImmediate(tick);
		};
		let timer = setImmediate(tick);
		const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [index, PADDING]));
		await parseJsonInPieces(JSON.stringify(many));
		clearImmediate(timer);
		expect(turns).toBeGreaterThan(0);
	});

	test('ends as soon as the signal fires', async () => {
		const error = await caught(parseJsonInPieces(padded({}), { signal: AbortSignal.abort() }));
		expect([error.name, error.code]).toEqual(['AbortedError', 'aborted']);
	});
});
