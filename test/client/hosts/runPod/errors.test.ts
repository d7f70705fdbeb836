import { repr } from '../../../server/wire/pythonText';
import { parsePython } from '../../../../nodes/client/hosts/runPod/errors';

test.each([
	[[], {}, { a: [1, -2.5, 1e21, true, false, null] }],
	{ "it's": 'a "word"', back: 'C:\\new\\x41', lines: 'a\nb', umlaut: 'ü 🙂' },
	[[[['deep']]]],
])('reads what Python prints: %j', (value) => {
	expect(parsePython(repr(value))).toEqual(value);
});

test('reads the escapes of what cannot be printed, and numbers that are none', () => {
	expect(parsePython(`['\\x00\\u200b\\U0001f600\\t', nan, -inf]`)).toEqual(['\0\u200b😀\t', null, null]);
});

test.each(['', '[', "['a", '{1: 2}', '[object]', 'Decimal(1)', '[1 2]', '<x>', "['a']x", "'a' 'b'"])(
	'knows what it cannot read: %s',
	(text) => expect(parsePython(text)).toBeUndefined(),
);

test('takes no time over long texts that do not end', () => {
	expect(parsePython(`['${'\\a'.repeat(500_000)}`)).toBeUndefined();
	expect(parsePython('['.repeat(500_000))).toBeUndefined();
});
