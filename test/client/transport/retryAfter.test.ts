import { retryAfterMs } from '../../../nodes/client/transport/httpErrors';

test.each([
	['7', 7000],
	['0.5', 500],
	['0', 0],
	['Wed, 21 Oct 2015 07:28:00 GMT', 0],
	['soon', undefined],
	['', undefined],
])('"%s" means %p ms', (text, ms) => {
	expect(retryAfterMs({ 'retry-after': text })).toBe(ms);
});

test('a date to come means the time until then', () => {
	const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.UTC(2026, 0, 1));
	expect(retryAfterMs({ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' })).toBe(60_000);
	clock.mockRestore();
});

test('without the header there is nothing to wait for', () => expect(retryAfterMs({})).toBeUndefined());
