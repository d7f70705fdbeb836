import { orAborted } from '../core/time';
import type { HostCursor, WatchState } from './WatchCursor';

/** What a handled event, or a poll without events, changes in the state that the cursor shows. */
type Change = (state: WatchState) => void;

interface Step {
	apply: Change;
	isDone: boolean;
}

/** Events that are handled at the same time. */
const MAX_OPEN = 100;

/**
 * The events whose handling has not ended. The cursor moves past an event when it and all events before it are
 * handled: whoever continues from the cursor repeats events, and misses none.
 */
export class OpenEvents {
	private readonly steps: Step[] = [];
	private open = 0;
	private wake: () => void = () => {};
	private failure?: { error: unknown };

	constructor(
		private readonly state: WatchState,
		private readonly onCursor: (cursor: HostCursor) => void,
		private readonly stop: AbortController,
	) {}

	/** @throws the error of a handler */
	throwIfFailed(): void {
		if (this.failure) throw this.failure.error;
	}

	/** A change that waits only for the events before it. */
	add(apply: Change): void {
		this.steps.push({ apply, isDone: true });
		this.advance();
	}

	/** Hands an event over; waits while too many are open. @throws AbortedError when the watch ends meanwhile */
	async handle(handler: () => unknown, apply: Change): Promise<void> {
		while (this.open >= MAX_OPEN) {
			const wait = new Promise<void>((resolve) => (this.wake = resolve));
			await orAborted(wait, { signal: this.stop.signal });
		}
		const step: Step = { apply, isDone: false };
		this.steps.push(step);
		this.open += 1;
		const done = () => {
			this.open -= 1;
			step.isDone = true;
			this.wake();
			this.advance();
		};
		void this.call(handler).then(done, (error: unknown) => {
			this.failure ??= { error };
			this.stop.abort();
		});
	}

	private async call(handler: () => unknown): Promise<void> {
		await handler();
	}

	private advance(): void {
		let moved = false;
		for (let [step] = this.steps; step?.isDone; [step] = this.steps) {
			this.steps.shift();
			step.apply(this.state);
			moved = true;
		}
		if (moved) this.onCursor(this.state.toCursor());
	}
}
