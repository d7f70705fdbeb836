import { base64Length, fromBase64, toBase64 } from '../../../nodes/client/core/base64';

test.each([0, 1, 2, 3, 24_575, 24_576, 24_577, 100_000])(
	'%i bytes survive the way there and back',
	(size) => {
		const bytes = Uint8Array.from({ length: size }, (_, index) => (index * 7919) % 256);
		const text = toBase64(bytes);
		expect(text).toBe(Buffer.from(bytes).toString('base64'));
		expect(base64Length(size)).toBe(text.length);
		expect(fromBase64(text)).toEqual(bytes);
	},
);

test('a data URI and line breaks are no hindrance', () => {
	expect(fromBase64('data:image/png;base64,AA\nEC')).toEqual(Uint8Array.of(0, 1, 2));
});

test.each(['no base64!', 'simulated_uploaded/a.png'])('%s is none', (text) => {
	expect(fromBase64(text)).toBeUndefined();
});
