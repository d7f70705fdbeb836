import { AbortedError } from './errors';

/**
 * Timers without `setTimeout`, which n8n does not allow in community nodes. `AbortSignal.timeout` is
 * what remains; its timer does not keep the process alive, so an open MessagePort does that meanwhile.
 */

/** The longest single timer Node takes (2^31 - 1 ms, about 24 days); longer ones would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647;

/** The last argument of every function that can be stopped. */
export interface AbortOptions {
	signal?: AbortSignal;
}

/** @throws AbortedError when the signal has fired. */
export function throwIfAborted(signal?: AbortSignal): void {
	if (signal?.aborted) throw new AbortedError('The operation was stopped.');
}

/**
 * Waits.
 * @param ms milliseconds; fractions are rounded up, what is below 0 counts as 0
 * @throws AbortedError as soon as the signal fires
 */
export async function delay(ms: number, { signal }: AbortOptions = {}): Promise<void> {
	throwIfAborted(signal);
	const { port1, port2 } = new MessageChannel();
	port1.ref();
	try {
		await new Promise<void>((resolve) => {
			const timer = AbortSignal.timeout(Math.min(Math.max(Math.ceil(ms), 0), LONGEST_TIMER_MS));
			const done = () => {
				forgetTimer();
				forgetSignal();
				resolve();
			};
			// A listener of its own keeps the timer from being collected; a follower would not.
			timer.addEventListener('abort', done, { once: true });
			const forgetTimer = () => timer.removeEventListener('abort', done);
			const forgetSignal = onAbort(signal, done);
		});
	} finally {
		port1.close();
		port2.close();
	}
	throwIfAborted(signal);
}

/**
 * Calls the listener when the signal fires, at once when it has. A hundred jobs listen to one signal:
 * each listens to a signal of its own that follows it, since Node warns of more than ten listeners.
 * @returns takes the listener back
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
	if (!signal) return () => {};
	const follower = AbortSignal.any([signal]);
	if (follower.aborted) listener();
	else follower.addEventListener('abort', listener, { once: true });
	return () => follower.removeEventListener('abort', listener);
}

/** Monotonic milliseconds: a clock that jumps does not move deadlines. */
export function now(): number {
	return performance.now();
}

/** A signal that fires when any of the given ones does, and a way to take its listeners back. */
export function linkSignals(...signals: Array<AbortSignal | undefined>): {
	controller: AbortController;
	unlink: () => void;
} {
	const controller = new AbortController();
	const unlinks = signals.map((signal) => onAbort(signal, () => controller.abort()));
	return { controller, unlink: () => unlinks.forEach((unlink) => unlink()) };
}

/**
 * Settles with the promise, or rejects as soon as the signal fires. For work that cannot be aborted
 * itself; it goes on unheard.
 * @throws AbortedError as soon as the signal fires
 */
export async function orAborted<T>(work: Promise<T>, { signal }: AbortOptions = {}): Promise<T> {
	if (!signal) return await work;
	work.catch(() => {}); // when the signal wins, or has won already, nobody else listens to it
	throwIfAborted(signal);
	let stop = () => {};
	const aborted = new Promise<never>((_, reject) => {
		stop = onAbort(signal, () => reject(new AbortedError('The operation was stopped.')));
	});
	try {
		return await Promise.race([work, aborted]);
	} finally {
		stop();
	}
}
