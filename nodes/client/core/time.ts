import { AbortedError } from './errors';

/**
 * Timers without `setTimeout`, which n8n does not allow in community nodes, by `AbortSignal.timeout`. Such a
 * timer does not keep the process alive, so an open MessagePort does meanwhile.
 */

/** The longest timer of Node.js (2^31 - 1 ms, about 24 days); longer ones fire at once. */
const MAX_TIMER_MS = 2_147_483_647;
/** Thousands of jobs have a deadline each. Those that are due within the same period share one timer. */
const LONG_MS = 10_000;
const PERIOD_MS = 100;

interface Timer {
	callbacks: Set<() => void>;
	stop(): void;
}

/** The timers that run, by the time at which they are due. Monotonic ms, see `now`. */
const timers = new Map<number, Timer>();

/** What keeps the process alive for all timers together. */
let ports: Array<{ close(): void }> = [];

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
	await new Promise<void>((resolve) => {
		const done = () => {
			forgetTimer();
			forgetSignal();
			resolve();
		};
		const forgetTimer = callAfter(ms, done);
		const forgetSignal = onAbort(signal, done);
	});
	throwIfAborted(signal);
}

/**
 * Calls a function once.
 * @param ms milliseconds; fractions are rounded up, negative values are 0; from 10 s on it may be 0.1 s later
 * @returns forgets the call
 */
export function callAfter(ms: number, callback: () => void): () => void {
	const wait = Math.min(Math.max(ms, 0), MAX_TIMER_MS - PERIOD_MS);
	const due = now() + wait;
	const at = wait < LONG_MS ? due : Math.ceil(due / PERIOD_MS) * PERIOD_MS;
	const timer = timers.get(at) ?? startTimer(at);
	const own = () => callback(); // the same function may be given twice
	timer.callbacks.add(own);
	return () => {
		if (timer.callbacks.delete(own) && timer.callbacks.size === 0) endTimer(at);
	};
}

function startTimer(at: number): Timer {
	const signal = AbortSignal.timeout(Math.max(Math.ceil(at - now()), 0));
	const callbacks = new Set<() => void>();
	const fire = () => {
		endTimer(at);
		const due = [...callbacks];
		callbacks.clear();
		for (const callback of due) callback();
	};
	// The listener keeps the timer from being garbage collected; AbortSignal.any would not.
	signal.addEventListener('abort', fire, { once: true });
	const timer = { callbacks, stop: () => signal.removeEventListener('abort', fire) };
	timers.set(at, timer);
	if (timers.size === 1) keepAlive();
	return timer;
}

function endTimer(at: number): void {
	timers.get(at)?.stop();
	timers.delete(at);
	if (timers.size > 0) return;
	for (const port of ports) port.close();
	ports = [];
}

function keepAlive(): void {
	const { port1, port2 } = new MessageChannel();
	port1.ref();
	ports = [port1, port2];
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
