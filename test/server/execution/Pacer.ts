import { setImmediate, setTimeout } from 'node:timers/promises';
import { Interrupted, WorkerGone } from './signals';

/** ComfyUI's samplers check the interrupt flag about this often. */
const NAP_MS = 20;

/** Decides when the worker may continue: interrupt, hold, sudden death and the end of the server. */
export class Pacer {
	private readonly end = new AbortController();
	private interruptRequested = false;
	private held = false;
	private dead = false;
	private wake: () => void = () => undefined;

	interrupt(): void {
		this.interruptRequested = true;
		this.wake();
	}

	/** Every prompt starts with a fresh flag: an interrupt between two prompts is lost. */
	forgetInterrupt(): void {
		this.interruptRequested = false;
	}

	hold(held: boolean): void {
		this.held = held;
		this.wake();
	}

	kill(): void {
		this.dead = true;
	}

	/** Throws in every place where the worker waits. */
	stop(): void {
		this.end.abort();
		this.wake();
	}

	/** Before each job: returns when the worker is allowed to take one. */
	async ready(): Promise<void> {
		await this.whileBlocked(() => this.held);
	}

	/** Before each node and after each step. */
	async checkpoint(): Promise<void> {
		await this.whileBlocked(() => this.dead || (this.held && !this.interruptRequested));
		if (this.interruptRequested) {
			this.interruptRequested = false;
			throw new Interrupted();
		}
	}

	async sleep(milliseconds: number): Promise<void> {
		const until = performance.now() + milliseconds;
		for (let left = milliseconds; left > 0; left = until - performance.now()) {
			await this.pause(Math.min(left, NAP_MS));
			await this.checkpoint();
		}
		await setImmediate();
		await this.checkpoint();
	}

	private async pause(milliseconds: number): Promise<void> {
		try {
			await setTimeout(milliseconds, undefined, { signal: this.end.signal });
		} catch {
			throw new WorkerGone();
		}
	}

	private async whileBlocked(blocked: () => boolean): Promise<void> {
		while (!this.end.signal.aborted && blocked())
			await new Promise<void>((resolve) => {
				this.wake = resolve;
			});
		if (this.end.signal.aborted) throw new WorkerGone();
	}
}
