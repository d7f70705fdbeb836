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
	const ms = retryAfterMs({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() });
	expect(ms).toBeGreaterThan(30_000);
	expect(ms).toBeLessThanOrEqual(60_000);
});

test('without the header there is nothing to wait for', () => expect(retryAfterMs({})).toBeUndefined());
