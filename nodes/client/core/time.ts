import { AbortedError } from './errors';

/**
 * Timers without `setTimeout`, which n8n does not allow in community nodes, by `AbortSignal.timeout`. Such a
 * timer does not keep the process alive, so an open MessagePort does meanwhile.
 */

/** The longest timer of Node.js (2^31 - 1 ms, about 24 days); longer ones fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** The last argument of every function that can be aborted. */
export interface AbortOptions {
	signal?: AbortSignal;
}

/** @throws AbortedError when the signal has fired. */
export function throwIfAborted(signal?: AbortSignal): void {
	if (signal?.aborted) throw new AbortedError('The operation was stopped.');
}

/**
 * Waits.
 * @param ms milliseconds; fractions are rounded up, negative values are 0
 * @throws AbortedError as soon as the signal fires
 */
export async function delay(ms: number, { signal }: AbortOptions = {}): Promise<void> {
	throwIfAborted(signal);
	const { port1, port2 } = new MessageChannel();
	port1.ref();
	try {
		await new Promise<void>((resolve) => {
			const timer = AbortSignal.timeout(Math.min(Math.max(Math.ceil(ms), 0), MAX_TIMER_MS));
			const done = () => {
				forgetTimer();
				forgetSignal();
				resolve();
			};
			// A listener keeps the timer from being garbage collected; AbortSignal.any would not.
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
 * Calls the listener when the signal fires, or at once if it has fired. Each listener gets a dependent signal of
 * its own, since Node.js warns of more than ten listeners and a hundred jobs may share one signal.
 * @returns removes the listener
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
	if (!signal) return () => {};
	const follower = AbortSignal.any([signal]);
	if (follower.aborted) listener();
	else follower.addEventListener('abort', listener, { once: true });
	return () => follower.removeEventListener('abort', listener);
}

/** Monotonic ms: changes of the system clock do not move deadlines. */
export function now(): number {
	return performance.now();
}

/** A controller that aborts when any of the signals fires, and a function that removes its listeners. */
export function linkSignals(...signals: Array<AbortSignal | undefined>): {
	controller: AbortController;
	unlink: () => void;
} {
	const controller = new AbortController();
	const unlinks = signals.map((signal) => onAbort(signal, () => controller.abort()));
	return { controller, unlink: () => unlinks.forEach((unlink) => unlink()) };
}

/**
 * Settles with the promise, or rejects as soon as the signal fires. For operations that cannot be aborted
 * themselves; their result is ignored then.
 * @throws AbortedError as soon as the signal fires
 */
export async function orAborted<T>(work: Promise<T>, { signal }: AbortOptions = {}): Promise<T> {
	if (!signal) return await work;
	work.catch(() => {}); // after an abort nothing else handles its error
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
