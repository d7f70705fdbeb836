import { type AbortOptions, orAborted } from './time';

/** Work that several callers wait for. It goes on as long as one of them does, and is stopped with the last one. */
export class SharedPromise<T> {
	private state: 'going' | 'done' | 'spent' = 'going';
	private waiting = 0;
	private readonly stop = new AbortController();
	private readonly result: Promise<T>;

	/** @param begin gets the signal that stops it */
	constructor(begin: (options: { signal: AbortSignal }) => Promise<T>) {
		this.result = begin({ signal: this.stop.signal });
		this.result.then(
			() => this.settle('done'),
			() => this.settle('spent'), // whoever waits hears of it
		);
	}

	/** It failed, or nobody waited for it any more: who comes now has to begin anew. */
	get spent(): boolean {
		return this.state === 'spent';
	}

	/**
	 * Waits for the result.
	 * @throws AbortedError as soon as the signal fires; else what the work failed with
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
		if (this.state !== 'going') return;
		this.state = state;
		this.stop.abort(); // ends what nobody waits for; to what is done it means nothing
	}
}
