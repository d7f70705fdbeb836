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
	const release = keepAlive();
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
		release();
	}
	throwIfAborted(signal);
}

/** What keeps the process alive for all timers together: thousands of jobs have a deadline each. */
let open: { ports: Array<{ close(): void }>; users: number } | undefined;

/** @returns ends it for the caller */
function keepAlive(): () => void {
	if (!open) {
		const { port1, port2 } = new MessageChannel();
		port1.ref();
		open = { ports: [port1, port2], users: 0 };
	}
	open.users += 1;
	return () => {
		if (!open || --open.users > 0) return;
		for (const port of open.ports) port.close();
		open = undefined;
	};
}

/** What to call when a signal fires. */
const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls the listener when the signal fires, or at once if it has fired. All listeners of a signal share one listener of
 * Node.js, which warns of more than ten: thousands of jobs may share one signal.
 * @returns removes the listener
 */
export function onAbort(signal: AbortSignal | undefined, listener: () => void): () => void {
	if (signal?.aborted) listener();
	if (!signal || signal.aborted) return () => {};
	const own = () => listener(); // the same function may be given twice
	const waiting = listeners.get(signal) ?? listenTo(signal);
	waiting.add(own);
	return () => {
		if (waiting.delete(own) && waiting.size === 0) forgetSignal(signal);
	};
}

function listenTo(signal: AbortSignal): Set<() => void> {
	const waiting = new Set<() => void>();
	listeners.set(signal, waiting);
	signal.addEventListener('abort', callListeners, { once: true });
	return waiting;
}

function forgetSignal(signal: AbortSignal): void {
	listeners.delete(signal);
	signal.removeEventListener('abort', callListeners);
}

function callListeners(this: AbortSignal): void {
	const waiting = listeners.get(this) ?? new Set();
	listeners.delete(this);
	for (const listener of waiting) listener();
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
