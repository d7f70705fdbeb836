import type { NodeInput } from '../../../nodes/client';
import { BigInteger, stringifyExactly } from '../../../nodes/client/core/json';
import { coerceLike, coerceTo } from '../../../nodes/client/workflow/coerce';
import { caught } from '../support/caught';

const declared = (type: string, more: Partial<NodeInput> = {}): NodeInput => ({
	name: 'x',
	required: true,
	type,
	kind: 'value',
	...more,
});
const to = (type: string, value: unknown, more?: Partial<NodeInput>) =>
	coerceTo(declared(type, more), value, '"x" of node 1');
const longest = new BigInteger('18446744073709551615');

describe('a value takes the type that is declared', () => {
	test.each<[string, unknown, unknown]>([
		['INT', '12', 12],
		['INT', ' +12 ', 12],
		['INT', '12.0', 12],
		['INT', 12, 12],
		['INT', '1e3', 1000],
		['INT', '-7', -7],
		['INT', '007', 7],
		['INT', true, 1],
		['INT', longest, longest],
		['INT', ['4', 0], ['4', 0]],
		['INT', { __value__: 'x' }, { __value__: 'x' }],
		['FLOAT', '7.5', 7.5],
		['FLOAT', '.5', 0.5],
		['FLOAT', '-1e-3', -0.001],
		['FLOAT', 7, 7],
		['BOOLEAN', 'false', false],
		['BOOLEAN', ' No ', false],
		['BOOLEAN', 'OFF', false],
		['BOOLEAN', '0', false],
		['BOOLEAN', 0, false],
		['BOOLEAN', false, false],
		['BOOLEAN', 'yes', true],
		['BOOLEAN', 1, true],
		['STRING', 12, '12'],
		['STRING', true, 'true'],
		['STRING', '', ''],
		['STRING', ' a ', ' a '],
		['STRING', { a: [1] }, '{"a":[1]}'],
		['STRING', ['a', 'b'], '["a","b"]'],
		['STRING', longest, '18446744073709551615'],
		['STRING', { seed: longest }, '{"seed":18446744073709551615}'],
		['STRING', ['4', 0], ['4', 0]],
		['MODEL', 'x', 'x'],
		['*', null, null],
	])('%s: %p becomes %p', (type, value, expected) => expect(to(type, value)).toEqual(expected));

	test.each([
		'18446744073709551615',
		'+18446744073709551615',
		'18446744073709551615.0',
		'0018446744073709551615',
	])('INT: all digits of %s are kept', (text) =>
		expect(stringifyExactly([to('INT', text)])).toBe('[18446744073709551615]'),
	);

	test.each<[string, unknown, RegExp]>([
		['INT', '12.5', /takes a whole number, which "12\.5" is not/],
		['INT', 12.5, /takes a whole number, which 12\.5 is not/],
		['INT', 'abc', /"abc" is not/],
		['INT', '0x10', /"0x10" is not/],
		['INT', '1e-3', /is not/],
		['INT', '+-5', /is not/],
		['INT', '+-1234567890123456', /is not/],
		['INT', '9'.repeat(40_000), /is not/],
		['FLOAT', `0.${'1'.repeat(40_000)}`, /is not/],
		['INT', Infinity, /is not/],
		['INT', {}, /\{\} is not/],
		['INT', [1, 2, 3], /\[1,2,3\] is not/],
		['INT', '', /takes a whole number, but the value is empty/],
		['INT', ' ', /empty/],
		['INT', null, /empty/],
		['FLOAT', '7,5', /takes a number, which "7,5" is not/],
		['FLOAT', 'nan', /is not/],
		['FLOAT', '', /empty/],
		['BOOLEAN', 'abc', /takes true or false, which "abc" is not/],
		['BOOLEAN', 5, /5 is not/],
		['BOOLEAN', undefined, /empty/],
		['STRING', null, /takes a text, but the value is empty/],
		['STRING', undefined, /empty/],
	])('%s: %p is an error', async (type, value, message) => {
		const error = await caught(() => to(type, value));
		expect([error.code, error.message]).toEqual(['invalid-input', expect.stringMatching(message)]);
		expect(error.message).toMatch(/^"x" of node 1 takes/);
		expect(error.hint).toMatch(/^Enter/);
	});
});

test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
	'a type named %s is like any other',
	(type) => {
		expect(to(type, '5')).toBe('5');
		expect(to(type, null)).toBeNull();
	},
);

describe('a value takes the form of the choice that it means', () => {
	const choices = ['euler', 'sdxl\\base.safetensors', 512, true, '8'];

	test.each<[unknown, unknown]>([
		['euler', 'euler'],
		['sdxl/base.safetensors', 'sdxl\\base.safetensors'],
		['512', 512],
		[512, 512],
		[8, '8'],
		['true', true],
		['Euler', 'Euler'],
		['gone', 'gone'],
		[null, null],
		[
			['4', 0],
			['4', 0],
		],
	])('%p becomes %p', (value, expected) => expect(to('COMBO', value, { choices })).toEqual(expected));

	test.each([
		[{ choices }, 'one of its choices'],
		[{ choices, upload: true }, 'a file'],
	])('and an empty text is an error that says what is wanted', (declared, wanted) => {
		expect(() => to('COMBO', '', declared)).toThrow(`takes ${wanted}, but the value is empty`);
		expect(to('COMBO', '', { ...declared, choices: ['', 'a'] })).toBe('');
	});

	test('each of several', () => {
		expect(to('COMBO', ['512', 'euler', 'gone'], { choices, multiselect: true })).toEqual([
			512,
			'euler',
			'gone',
		]);
	});

	test('and stays where the choices are not known', () => expect(to('COMBO', '512')).toBe('512'));
});

describe('a typed text takes the type of what it replaces', () => {
	test.each<[unknown, unknown, unknown]>([
		[5, '12', 12],
		[5, ' 0.5 ', 0.5],
		[5, 'many', 'many'],
		[true, 'false', false],
		[false, 'Yes', true],
		[true, 'perhaps', 'perhaps'],
		['a', '12', '12'],
		[5, 7, 7],
		[['4', 0], '12', '12'],
		[undefined, '12', '12'],
	])('%p, set to %p, becomes %p', (current, value, expected) =>
		expect(coerceLike(current, value, 'x')).toEqual(expected),
	);

	test.each([5, new BigInteger('18446744073709551615'), true])(
		'an empty text in place of %p is an error',
		(current) => {
			expect(() => coerceLike(current, ' ', '"steps"')).toThrow(/^"steps" takes .*, but the value is empty/);
			expect(coerceLike('a', '', 'x')).toBe('');
		},
	);

	test.each([7, new BigInteger('18446744073709551615')])(
		'digits of a long integer are kept, replacing %s',
		(current) => {
			const value = coerceLike(current, '18446744073709551614', 'x');
			expect(stringifyExactly({ seed: value })).toBe('{"seed":18446744073709551614}');
			expect(stringifyExactly([coerceLike(current, '12', 'x')])).toBe('[12]');
		},
	);
});
