import { exitCodes } from '../errors';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Ctrl-C and signals. The first one fires the signal of the command, which then cancels its jobs. The second one ends
 * the process at once.
 */
export class Interrupts {
	private readonly controller = new AbortController();
	/** What the first signal starts, such as `Cancelling 3 jobs`. Without it the command only ends. */
	describe?: () => string;

	constructor(private readonly notify: (text: string) => void) {
		for (const name of SIGNALS) process.on(name, this.interrupt);
	}

	/** Fires at the first signal. */
	get signal(): AbortSignal {
		return this.controller.signal;
	}

	/** Also called for the key Ctrl-C while the terminal sends keys instead of signals. */
	readonly interrupt = (): void => {
		if (this.signal.aborted) process.exit(exitCodes.stopped[0]);
		if (this.describe) this.notify(`${this.describe()} Press Ctrl-C again to leave at once.`);
		this.controller.abort();
	};

	/** Stops listening. */
	end(): void {
		for (const name of SIGNALS) process.off(name, this.interrupt);
	}
}
