import { type AbortOptions, orAborted } from './time';
import { asError } from './errors';

/** A limited number of places; who comes first is let in first. */
export class Semaphore {
	private free: number;
	private readonly waiting = new Set<() => void>();

	/** @param count how many may be in at once; Infinity for all */
	constructor(count: number) {
		this.free = count;
	}

	/**
	 * Does something while holding a place.
	 * @throws AbortedError when the signal fires before there was one
	 */
	async run<T>(work: () => Promise<T>, { signal }: AbortOptions = {}): Promise<T> {
		await this.take({ signal });
		try {
			return await work();
		} finally {
			this.leave();
		}
	}

	private async take({ signal }: AbortOptions = {}): Promise<void> {
		let enter: () => void = () => {};
		const turn = new Promise<void>((resolve) => (enter = resolve));
		this.waiting.add(enter);
		this.letIn();
		try {
			await orAborted(turn, { signal });
		} catch (error) {
			// Given up while waiting, or let in at the very moment.
			if (!this.waiting.delete(enter)) this.leave();
			throw asError(error);
		}
	}

	private leave(): void {
		this.free += 1;
		this.letIn();
	}

	private letIn(): void {
		for (const enter of this.waiting) {
			if (this.free <= 0) return;
			this.free -= 1;
			this.waiting.delete(enter);
			enter();
		}
	}
}

/** Does something with every item, with at most so many under way at a time. Ends with the first failure. */
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
