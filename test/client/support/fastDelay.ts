/**
 * Time that runs fifty times as fast (or as told), for tests of pauses of many seconds. Use as
 * `jest.mock('…/nodes/client/core/time', () => fastDelay())`.
 */
const FIFTY = 50;

export function fastDelay(speed = FIFTY): typeof import('../../../nodes/client/core/time') {
	const real = jest.requireActual<typeof import('../../../nodes/client/core/time')>(
		'../../../nodes/client/core/time',
	);
	return {
		...real,
		delay: async (ms, signal) => await real.delay(ms / speed, signal),
		now: () => real.now() * speed,
	};
}
