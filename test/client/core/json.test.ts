import { BigInteger, parseJson, parseJsonExactly, stringifyExactly } from '../../../nodes/client/core/json';

describe('the JSON of Python', () => {
	test.each<[string, unknown]>([
		['{"a": [NaN, Infinity, -Infinity]}', { a: [null, null, null] }],
		['NaN', null],
		['{"NaN": "NaN, -Infinity", "b": NaN}', { NaN: 'NaN, -Infinity', b: null }],
		['["say \\"NaN\\"", NaN]', ['say "NaN"', null]],
		['["\\\\", NaN, "\\\\\\""]', ['\\', null, '\\"']],
		['{"a": 1.5e3, "b": true}', { a: 1500, b: true }],
	])('%s', (text, value) => {
		expect(parseJson(text)).toEqual(value);
		expect(parseJsonExactly(text)).toEqual(value);
	});

	test.each(['', '{', '{"a": NaNa}', '{"a": "NaN}', 'nan', '[NaN'])(
		'what is broken stays broken: %s',
		(text) => {
			expect(() => parseJson(text)).toThrow(SyntaxError);
			expect(() => parseJsonExactly(text)).toThrow(SyntaxError);
		},
	);
});

describe('long integers', () => {
	test.each([
		'18446744073709551615',
		'-9223372036854775808',
		'9007199254740993',
		'123456789012345678901234567890',
	])('%s keeps its digits, there and back', (digits) => {
		const parsed = parseJsonExactly(`{"seed": ${digits}, "list": [${digits}]}`) as Record<string, unknown>;
		expect(parsed.seed).toBeInstanceOf(BigInteger);
		expect(stringifyExactly(parsed)).toBe(`{"seed":${digits},"list":[${digits}]}`);
		expect(JSON.stringify(parsed.seed)).toBe(`"${digits}"`);
		expect(`${parsed.seed as BigInteger}`).toBe(digits);
	});

	test.each([
		'{"a":9007199254740991}',
		'{"a":"18446744073709551615"}',
		'{"a":0.12345678901234568}',
		'{"a":12345678901234568000,"b":1e+21}'.replace('12345678901234568000', '1.5'),
		'{"a":"x\\"18446744073709551615"}',
	])('%s needs none', (text) => {
		expect(stringifyExactly(parseJsonExactly(text))).toBe(text);
		expect(JSON.stringify(parseJsonExactly(text))).toBe(text);
	});

	test('beside NaN are kept too', () => {
		expect(stringifyExactly(parseJsonExactly('[NaN, 18446744073709551615]'))).toBe(
			'[null,18446744073709551615]',
		);
	});
});

describe('big and malicious texts are read in one go', () => {
	const MEGABYTE = 1024 * 1024;

	test('a text value of 30 MB, beside NaN and a long integer', () => {
		const text = `{"picture": "${'A'.repeat(30 * MEGABYTE)}", "n": NaN, "seed": 18446744073709551615}`;
		expect((parseJson(text) as { picture: string }).picture).toHaveLength(30 * MEGABYTE);
		expect(String((parseJsonExactly(text) as { seed: unknown }).seed)).toBe('18446744073709551615');
	});

	test.each<[string, string]>([
		['a text that never ends, full of quotes', `{"a": "${'\\"'.repeat(MEGABYTE)}`],
		['a text that never ends, full of backslashes', `{"a": "${'\\\\'.repeat(MEGABYTE)}`],
		['nothing but quotes', '"'.repeat(MEGABYTE + 1)],
		['nothing but digits', `${'1'.repeat(MEGABYTE)}.`],
		['nothing but minus signs', '-'.repeat(MEGABYTE)],
		['nothing but N', 'N'.repeat(MEGABYTE)],
	])('%s', (_what, text) => {
		expect(() => parseJson(text)).toThrow(SyntaxError);
		expect(() => parseJsonExactly(text)).toThrow(SyntaxError);
	});
});
