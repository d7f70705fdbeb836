import { type AbortOptions, orAborted, throwIfAborted } from './time';
import { asError } from './errors';

/** Limits how many operations run at the same time; the others start in the order in which they came. */
export class Semaphore {
	private free: number;
	private readonly waiting = new Set<() => void>();

	/** @param limit how many may run at once; Infinity for no limit */
	constructor(limit: number) {
		this.free = limit;
	}

	/**
	 * Runs an operation as soon as the limit allows it.
	 * @throws AbortedError when the signal fires before it has started
	 */
	async run<T>(work: () => Promise<T>, { signal }: AbortOptions = {}): Promise<T> {
		await this.acquire({ signal });
		try {
			return await work();
		} finally {
			this.release();
		}
	}

	private async acquire({ signal }: AbortOptions = {}): Promise<void> {
		throwIfAborted(signal);
		// Most often nothing has to be waited for: then no listener is added to the signal.
		if (this.free > 0 && this.waiting.size === 0) {
			this.free -= 1;
			return;
		}
		let start: () => void = () => {};
		const turn = new Promise<void>((resolve) => (start = resolve));
		this.waiting.add(start);
		this.startNext();
		try {
			await orAborted(turn, { signal });
		} catch (error) {
			// Aborted while waiting, or just when it was started: then the place is free again.
			if (!this.waiting.delete(start)) this.release();
			throw asError(error);
		}
	}

	private release(): void {
		this.free += 1;
		this.startNext();
	}

	private startNext(): void {
		for (const start of this.waiting) {
			if (this.free <= 0) return;
			this.free -= 1;
			this.waiting.delete(start);
			start();
		}
	}
}

/** Runs an operation for every item, at most `max` at a time. @throws the first error */
export async function inParallel<T>(
	items: readonly T[],
	max: number,
	work: (item: T) => Promise<void>,
): Promise<void> {
	const next = items.values();
	const worker = async () => {
		for (const item of next) await work(item);
	};
	await Promise.all(Array.from({ length: Math.min(max, items.length) }, worker));
}
