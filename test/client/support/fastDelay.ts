/**
 * Time that runs fifty times as fast, for tests of pauses of many seconds. Use as
 * `jest.mock('…/nodes/client/delay', () => fastDelay())`.
 */
const SPEED = 50;

export function fastDelay(): typeof import('../../../nodes/client/delay') {
	const real = jest.requireActual<typeof import('../../../nodes/client/delay')>(
		'../../../nodes/client/delay',
	);
	return {
		...real,
		delay: async (ms, signal) => await real.delay(ms / SPEED, signal),
		now: () => real.now() * SPEED,
	};
}
