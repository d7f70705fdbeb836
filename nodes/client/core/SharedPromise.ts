import { type AbortOptions, orAborted } from './time';

/** An operation that several callers wait for. It is aborted when the last of them stops waiting. */
export class SharedPromise<T> {
	private state: 'pending' | 'done' | 'spent' = 'pending';
	private waiting = 0;
	private readonly stop = new AbortController();
	private readonly result: Promise<T>;

	/** @param begin starts the operation; its signal fires when no caller waits any more */
	constructor(begin: (options: { signal: AbortSignal }) => Promise<T>) {
		this.result = begin({ signal: this.stop.signal });
		this.result.then(
			() => this.settle('done'),
			() => this.settle('spent'), // reported to those who wait
		);
	}

	/** It failed or was aborted: a new caller has to start it again. */
	get spent(): boolean {
		return this.state === 'spent';
	}

	/**
	 * Waits for the result.
	 * @throws AbortedError as soon as the signal fires; else the error of the operation
	 */
	async wait({ signal }: AbortOptions = {}): Promise<T> {
		this.waiting += 1;
		try {
			return await orAborted(this.result, { signal });
		} finally {
			this.waiting -= 1;
			if (this.waiting === 0) this.settle('spent');
		}
	}

	private settle(state: 'done' | 'spent'): void {
		if (this.state !== 'pending') return;
		this.state = state;
		this.stop.abort(); // has no effect on an operation that is done
	}
}
