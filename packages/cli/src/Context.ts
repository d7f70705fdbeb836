import type { ComfyUiClient } from 'comfyui-workflows-client';
import { exitCodes } from './errors';
import type { Settings } from './settings/settings';
import type { Interrupts } from './terminal/Interrupts';
import type { Output } from './terminal/Output';

/** What every command works with. */
export class Context {
	private client?: Promise<ComfyUiClient>;
	/** Whether the command goes on when nobody reads its output any more, because it also writes files or runs jobs. */
	survivesClosedPipe = false;

	constructor(
		readonly settings: Settings,
		readonly out: Output,
		readonly interrupts: Interrupts,
	) {
		out.streams.stdout.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code !== 'EPIPE') throw error;
			if (!this.survivesClosedPipe) process.exit(exitCodes.closedPipe[0]);
		});
	}

	/** Fires when the command is stopped. */
	get signal(): AbortSignal {
		return this.interrupts.signal;
	}

	/** The client of the server in the settings; connected at the first call. */
	async connect(): Promise<ComfyUiClient> {
		this.client ??= import('./settings/connect').then(
			async ({ connect }) => await connect(this.settings.server),
		);
		return await this.client;
	}

	/** Closes what is open. */
	async close(): Promise<void> {
		const client = await this.client?.catch(() => undefined); // its error was reported
		await client?.close();
		this.interrupts.end();
	}
}
