import { readText } from '../../../nodes/client/transport/readText';
import { caught } from '../support/caught';

const bytes = Buffer.from('grün 😀!');
const pieces = (size: number) =>
	(async function* () {
		for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
	})();

describe('the text of a body', () => {
	test.each([1, 2, 5, 100])('is whole when it comes in pieces of %i bytes', async (size) => {
		expect(await readText(pieces(size))).toBe('grün 😀!');
	});

	test('may have as many bytes as the limit says', async () => {
		expect(await readText(pieces(3), 11)).toBe('grün 😀!');
	});

	test('is an error when it has one byte more', async () => {
		expect(await caught(readText(pieces(3), 10))).toMatchObject({ code: 'unexpected-response' });
	});

	test('is read no further than the limit where it may be cut', async () => {
		let read = 0;
		const counted = (async function* () {
			for await (const piece of pieces(1)) {
				read += piece.length;
				yield piece;
			}
		})();
		expect(await readText(counted, 2, true)).toBe('gr');
		expect(read).toBe(3);
	});
});
