import { performance } from 'node:perf_hooks';
import { clearInterval, setInterval } from 'node:timers';

type Time = typeof import('../../../nodes/client/core/time');

const SPEED = 50;
/** Max time that counts between two ticks, so that a process that waits for the CPU does not age. */
const MAX_STEP_MS = 4;
/** After so many ticks that nobody read the clock stops ticking; a timer must not outlive its test file for long. */
const MAX_UNREAD_TICKS = 2_000;

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
	const delay: Time['delay'] = async (ms, ...rest) => {
		const end = clock.now() + ms;
		clock.start();
		try {
			do await real.delay((end - clock.now()) / speed, ...rest);
			while (clock.now() < end);
		} finally {
			clock.stop();
		}
	};
	const callAfter: Time['callAfter'] = (ms, callback) => {
		const forgotten = new AbortController();
		void delay(ms, forgotten).then(callback, () => {}); // forgotten
		return () => forgotten.abort();
	};
	return { ...real, delay, callAfter, now: () => clock.now() };
}

class IdleClock {
	private time = 0;
	private idleBefore = idleMs();
	private waiting = 0;
	private ticker?: NodeJS.Timeout;
	private unread = 0;

	constructor(private readonly speed: number) {}

	/** Milliseconds since the clock was made. */
	now(): number {
		this.tick();
		this.unread = 0;
		this.ticker ??= setInterval(() => this.tick(), 1).unref();
		return this.time;
	}

	/** Somebody waits for the clock; `stop` has to follow. */
	start(): void {
		this.waiting += 1;
	}

	stop(): void {
		this.waiting -= 1;
	}

	private tick(): void {
		const idle = idleMs();
		const step = idle - this.idleBefore;
		this.idleBefore = idle;
		this.time += (this.ticker ? Math.min(step, MAX_STEP_MS) : step) * this.speed;
		if (this.waiting > 0 || ++this.unread < MAX_UNREAD_TICKS) return;
		clearInterval(this.ticker); // the tests are over, or have no use for the clock
		this.ticker = undefined;
	}
}

/** How long this process has waited for events, ms. */
function idleMs(): number {
	return performance.eventLoopUtilization().idle;
}
