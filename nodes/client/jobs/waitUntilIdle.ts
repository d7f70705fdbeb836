import { JobTimeoutError } from '../core/errors';
import { delay, now, type AbortOptions } from '../core/time';
import type { QueueEntry } from '../protocol/queue';

/** How long to wait for an empty queue. */
export interface IdleOptions extends AbortOptions {
	/** How long the queue has to stay empty, ms. Default 0. */
	idleForMs?: number;
	/** Default: an hour. */
	timeoutMs?: number;
	/** Pause between two requests for the queue, ms. Default 2000. */
	pollMs?: number;
}

/** The queue at the end of a wait. */
export interface IdleState {
	idle: boolean;
	running: number;
	pending: number;
	waitedMs: number;
	/** The job that runs. */
	runningPromptId?: string;
}

/**
 * Waits until no job runs and none is pending, whoever queued them.
 * @returns the state at the end of the wait; `idle` is false at the deadline
 */
export async function waitUntilIdle(
	server: { getQueue(options: AbortOptions): Promise<QueueEntry[]> },
	{ idleForMs = 0, timeoutMs = 3_600_000, pollMs = 2_000, signal }: IdleOptions = {},
): Promise<IdleState> {
	const start = now();
	let emptySince: number | undefined;
	for (;;) {
		const queue = await server.getQueue({ signal });
		const time = now();
		emptySince = queue.length > 0 ? undefined : (emptySince ?? time);
		const idle = emptySince !== undefined && time - emptySince >= idleForMs;
		if (idle || time - start >= timeoutMs)
			return { ...stateOf(queue, idle), waitedMs: Math.round(time - start) };
		const untilIdle = emptySince === undefined ? Infinity : emptySince + idleForMs - time;
		await delay(Math.min(pollMs, untilIdle, start + timeoutMs - time), { signal });
	}
}

function stateOf(queue: QueueEntry[], idle: boolean): Omit<IdleState, 'waitedMs'> {
	const running = queue.filter(({ state }) => state === 'running');
	const [first] = running;
	return {
		idle,
		running: running.length,
		pending: queue.length - running.length,
		...(first && { runningPromptId: first.promptId }),
	};
}

/** The error for a queue that was not empty in time. */
export function notIdle(state: IdleState, timeoutMs: number): JobTimeoutError {
	const { running, pending, runningPromptId: promptId = '' } = state;
	return new JobTimeoutError(
		`The queue was not idle within ${Math.round(timeoutMs / 1000)} seconds: ${running} running and ${pending} pending.`,
		promptId,
		{ promptId, running, pending },
		'Wait longer, or cancel jobs. A job that never ends can be interrupted.',
	);
}
