import { epochMs } from '../../../nodes/client/core/epochMs';

test.each([
	['seconds', 1_785_578_400],
	['milliseconds', 1_785_578_400_000],
	['a date', '2026-08-01T10:00:00Z'],
	['a date of another zone', '2026-08-01T12:00:00+02:00'],
])('%s are told apart', (_unit, value) => expect(epochMs(value)).toBe(1_785_578_400_000));

test.each([undefined, null, 0, -5, Number.NaN, 'soon', {}, true])('%p is no time', (value) =>
	expect(epochMs(value)).toBeUndefined(),
);
