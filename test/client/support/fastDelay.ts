import { performance } from 'node:perf_hooks';

type Time = typeof import('../../../nodes/client/core/time');

const SPEED = 50;
/** No pause between two ticks counts for more: a process that waits for the CPU does not age. */
const MAX_STEP_MS = 4;

/**
 * The client's clock at fifty times its speed (or the given one), for tests of pauses of many seconds. Use as
 * `jest.mock('…/nodes/client/core/time', () => fastDelay())`.
 *
 * The clock counts only the time in which this process waits for something to happen. Client and stand-in live in one
 * process: when that computes, or gets no CPU because the machine is busy, no time-out of the client comes nearer. At a
 * plain multiple of real time a busy machine would let a time-out of 10 s, which are then 200 ms, end before an answer.
 */
export function fastDelay(speed = SPEED): Time {
	const real = jest.requireActual<Time>('../../../nodes/client/core/time');
	const clock = new IdleClock(speed);
	return {
		...real,
		delay: async (ms, ...rest) => {
			const end = clock.now() + ms;
			clock.start();
			try {
				do await real.delay((end - clock.now()) / speed, ...rest);
				while (clock.now() < end);
			} finally {
				clock.stop();
			}
		},
		now: () => clock.now(),
	};
}

class IdleClock {
	private time = 0;
	private idleBefore = idleMs();
	private users = 0;
	private ticker?: NodeJS.Timeout;

	constructor(private readonly speed: number) {}

	/** Milliseconds since the clock was made. */
	now(): number {
		const idle = idleMs();
		const step = idle - this.idleBefore;
		this.idleBefore = idle;
		this.time += (this.ticker ? Math.min(step, MAX_STEP_MS) : step) * this.speed;
		return this.time;
	}

	/** Somebody waits for the clock, which then has to be exact; `stop` has to follow. */
	start(): void {
		this.users += 1;
		this.ticker ??= setInterval(() => this.now(), 1).unref();
	}

	stop(): void {
		this.users -= 1;
		if (this.users > 0) return;
		this.now();
		clearInterval(this.ticker);
		this.ticker = undefined;
	}
}

/** How long this process has waited for events, ms. */
function idleMs(): number {
	return performance.eventLoopUtilization().idle;
}
