import { checkWorkflow } from '../../../nodes/client';
import { BigInteger } from '../../../nodes/client/core/json';
import { withInputs } from '../objectInfo/fixture';
import { changed, info, single } from './sample';

const problemsOf = (spec: [string, Record<string, unknown>?], value: unknown) =>
	single(withInputs({ x: spec }), { x: value }).badValues.map(({ problem }) => problem);

describe('values of the wrong type', () => {
	it('are reported with what the input takes', () => {
		const report = checkWorkflow(changed('3', { steps: 'many' }), info);
		expect(report.ok).toBe(false);
		expect(report.badValues).toEqual([
			{
				nodeId: '3',
				nodeTitle: 'KSampler',
				nodeType: 'KSampler',
				input: 'steps',
				value: 'many',
				type: 'INT',
				problem: 'invalid_input_type',
			},
		]);
	});

	it.each([
		['a whole number', '12'],
		['blanks around it', ' 12\n'],
		['a sign and underscores', '+1_000'],
		['leading zeros', '007'],
		['digits of another script', '１２'],
		['a fraction, which is cut off', 5.9],
		['true', true],
		['a long integer', new BigInteger('18446744073709551615')],
		['a wrapped text', { __value__: '12' }],
	])('do not include %s for INT: the server converts it', (_, value) => {
		expect(problemsOf(['INT'], value)).toEqual([]);
	});

	it.each([
		'abc',
		'',
		' ',
		'12.0',
		'1e3',
		'0x10',
		'1__0',
		'_1',
		'1 2',
		null,
		{},
		NaN,
		Infinity,
		{ __value__: [1] },
	])('include %p for INT', (value) => expect(problemsOf(['INT'], value)).toEqual(['invalid_input_type']));

	it.each([
		'12',
		'1.',
		'.5',
		'-1.5e-3',
		'1_0.2_5',
		'nan',
		'-Infinity',
		' 2 ',
		5,
		false,
		new BigInteger('9'.repeat(20)),
	])('do not include %p for FLOAT', (value) => expect(problemsOf(['FLOAT'], value)).toEqual([]));

	it.each(['', '.', '1,5', '0x10', 'e5', '1.5.', 'infinite', null, {}, new BigInteger('9'.repeat(400))])(
		'include %p for FLOAT',
		(value) => expect(problemsOf(['FLOAT'], value)).toEqual(['invalid_input_type']),
	);

	it.each([
		['STRING', null],
		['STRING', { a: 1 }],
		['BOOLEAN', 'false'],
		['BOOLEAN', null],
		['MODEL', 'anything'],
		['INT,FLOAT', 'abc'],
	])('do not exist for %s, which takes %p', (type, value) => expect(problemsOf([type], value)).toEqual([]));
});

describe('numbers out of range', () => {
	it.each([
		['too small', { width: 8 }, { problem: 'value_smaller_than_min', value: 8, limit: 16 }],
		['too big', { width: 99999 }, { problem: 'value_bigger_than_max', value: 99999, limit: 16384 }],
		['too big as text', { width: '99999' }, { problem: 'value_bigger_than_max', value: '99999' }],
	])('are reported: %s', (_, inputs, expected) => {
		const report = checkWorkflow(changed('5', inputs), info);
		expect(report).toMatchObject({ ok: false, badValues: [{ nodeId: '5', input: 'width', ...expected }] });
	});

	it.each([
		['the least', 'INT', { min: 16 }, 16],
		['the greatest', 'FLOAT', { max: 0.98 }, 0.98],
		['a fraction that is cut off', 'INT', { max: 5 }, 5.9],
		['not a number, which is neither', 'FLOAT', { min: 0, max: 1 }, 'nan'],
		['a text', 'STRING', { min: 5 }, '1'],
	])('do not include %s', (_, type, range, value) => expect(problemsOf([type, range], value)).toEqual([]));

	it.each([
		['INT', { max: 5 }, '6', 'value_bigger_than_max'],
		['FLOAT', { max: 1 }, 'inf', 'value_bigger_than_max'],
		['FLOAT', { min: 0 }, -0.001, 'value_smaller_than_min'],
		['INT', { min: 2 }, true, 'value_smaller_than_min'],
		['INT,FLOAT', { max: 5 }, 6, 'value_bigger_than_max'],
	])('are found in %s %j for %p', (type, range, value, problem) =>
		expect(problemsOf([type, range], value)).toEqual([problem]),
	);

	it('take every 64-bit seed and not the next one, though the catalogue lost the last digits of the limit', () => {
		const seeds = [
			new BigInteger('18446744073709551615'),
			new BigInteger('18446744073709551616'),
			2 ** 64, // what JSON.parse makes of the first one, and what JSON then writes as ...552000
		];
		const found = seeds.map((seed) => checkWorkflow(changed('3', { seed }), info).badValues);
		expect(found.map((values) => values.length)).toEqual([0, 1, 1]);
		expect(found[1]).toMatchObject([{ value: '18446744073709551616', problem: 'value_bigger_than_max' }]);
	});
});
