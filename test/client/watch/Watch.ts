import type { ComfyUiClient, HostCursor, WatchCursor, WatchEvent, WatchOptions } from '../../../nodes/client';
import { until } from '../../support/until';

/** A watch of a test and what it has reported. */
export class Watch {
	readonly events: WatchEvent[] = [];
	readonly cursors: WatchCursor[] = [];
	/** Settles when the watch has ended; undefined after a stop, else the error. */
	readonly ended: Promise<unknown>;
	private readonly stopper = new AbortController();
	private isOver = false;

	constructor(client: ComfyUiClient, options: Partial<WatchOptions> = {}) {
		this.ended = client
			.watchJobs({
				signal: this.stopper.signal,
				onEvent: (event) => void this.events.push(event),
				onCursor: (cursor) => void this.cursors.push(cursor),
				...options,
			})
			.then(
				() => undefined,
				(error: unknown) => error,
			)
			.finally(() => (this.isOver = true));
	}

	/** A watch whose first poll is over. */
	static async begun(client: ComfyUiClient, options: Partial<WatchOptions> = {}): Promise<Watch> {
		const watch = new Watch(client, options);
		await until(() => watch.cursors.length > 0 || watch.isOver, 'the first poll');
		return watch;
	}

	/** The last cursor, as it comes back from a store; on a pool a cursor of another form. */
	get cursor(): HostCursor {
		return JSON.parse(JSON.stringify(this.cursors.at(-1))) as HostCursor;
	}

	/** The events in short: `finished 6f1e…`, `queueEmpty`. */
	get log(): string[] {
		return this.events.map((event) => ('job' in event ? `${event.type} ${event.job.promptId}` : event.type));
	}

	/** Waits for so many events of a kind, and returns them. */
	async seen(type: WatchEvent['type'], count = 1): Promise<WatchEvent[]> {
		const found = () => this.events.filter((event) => event.type === type);
		await until(
			() => found().length >= count || this.isOver,
			`${count} times "${type}" in ${this.log.join()}`,
			20_000,
		);
		return found();
	}

	async stop(): Promise<unknown> {
		this.stopper.abort();
		return await this.ended;
	}
}
