import fc, { type Arbitrary } from 'fast-check';
import { BigInteger } from '../../../nodes/client/core/json';

/** Names that are members of objects anyway. */
const MEMBERS = [
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'hasOwnProperty',
	'length',
	'then',
	'valueOf',
];
const TEXTS = [
	'',
	' ',
	'\u0000',
	'\u202E',
	'\uFEFF',
	'\uD800',
	'..',
	'../../etc/passwd',
	'<b onclick=x>',
	'%date%',
];
const CODES = ['{{x}}', '{a|b', '}', '%a.b%', '1e999', '-0', 'NaN', '[1,2]', '{"a":1}', 'a'.repeat(5_000)];

/** Texts that are names, codes or no text at all in one of the many languages that meet here. */
export const weirdText: Arbitrary<string> = fc.oneof(
	fc.constantFrom(...MEMBERS, ...TEXTS, ...CODES),
	fc.string({ unit: 'binary', maxLength: 40 }),
	fc.string({ unit: 'grapheme', maxLength: 20 }),
);

/** `String` fails for it. */
const HOSTILE = { toString: null, valueOf: 1 };

const NUMBERS = [0, -0, -1, 1.5, 1e308, -1e308, 2 ** 53, 2 ** 31, Number.MIN_VALUE, 18446744073709552000];

/** Values that JSON can hold, and those that a program may hand over in its place. */
export const weirdValue: Arbitrary<unknown> = fc.oneof(
	{ arbitrary: fc.constantFrom<unknown>(null, true, false, ...NUMBERS), weight: 3 },
	{ arbitrary: weirdText, weight: 3 },
	{
		arbitrary: fc.constantFrom<unknown>([], {}, [[]], [null], ['1', 0], ['1', -1], ['1', 1e9], [1, 2, 3]),
		weight: 2,
	},
	{ arbitrary: fc.jsonValue({ maxDepth: 3 }), weight: 2 },
	{
		arbitrary: fc.constantFrom<unknown>(HOSTILE, HOSTILE, new BigInteger('18446744073709551615'), deep(200)),
		weight: 1,
	},
);

/** Names of members. */
export const weirdKey: Arbitrary<string> = fc.oneof(fc.constantFrom('1', '2', '1:2', ...MEMBERS), weirdText);

/** Lists in lists. */
export function deep(levels: number): unknown {
	let value: unknown = 'deep';
	for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { x: value };
	return value;
}
