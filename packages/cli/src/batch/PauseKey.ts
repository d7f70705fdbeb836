import type { Context } from '../Context';

/** Pauses and resumes a batch with the key `p`, on a terminal. Jobs that were submitted go on. */
export class PauseKey {
	private paused?: { resume: () => void; done: Promise<void> };
	private readonly listens: boolean;

	constructor(
		private readonly context: Context,
		private readonly stdin: NodeJS.ReadStream = process.stdin,
	) {
		const { settings, out } = context;
		this.listens = stdin.isTTY && settings.input && !out.json;
		if (!this.listens) return;
		stdin.setRawMode(true);
		stdin.on('data', this.onKey);
		context.signal.addEventListener('abort', () => this.resume(), { once: true });
		out.note('Press p to pause, Ctrl-C to cancel.');
	}

	/** Resolves at once, or when the batch is resumed. */
	async whilePaused(): Promise<void> {
		await this.paused?.done;
	}

	/** Gives the terminal back. */
	end(): void {
		this.resume();
		if (!this.listens) return;
		this.stdin.off('data', this.onKey);
		this.stdin.setRawMode(false);
		this.stdin.pause();
	}

	private readonly onKey = (data: Buffer): void => {
		for (const key of data.toString()) {
			// The terminal sends keys now, and no signals.
			if (key === '\x03') this.context.interrupts.interrupt();
			else if (key === 'p') this.toggle();
		}
	};

	private toggle(): void {
		if (this.paused) return this.resume();
		let resume = () => {};
		const done = new Promise<void>((resolve) => (resume = resolve));
		this.paused = { resume, done };
		this.context.out.note('Paused. Jobs that run go on. Press p to resume.');
	}

	private resume(): void {
		if (!this.paused) return;
		this.paused.resume();
		this.paused = undefined;
		if (!this.context.signal.aborted) this.context.out.note('Resumed.');
	}
}
