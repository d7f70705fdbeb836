import { delay } from '../client/core/time';
import type { WatchEvent } from '../client/watch/events';

interface Batch {
	events: WatchEvent[];
	/** The IDs of a batch of before a restart, which n8n may have accepted. */
	planned?: string[];
	done: Promise<void>;
	/** Ends the wait for further events. */
	full: AbortController;
}

/** Runs an execution for events. @param key the same for the same events */
type Run = (events: WatchEvent[], key: string) => Promise<void>;

interface Options {
	signal: AbortSignal;
	/** Called with the IDs of all batches that have begun to run and have not ended, to be stored before they run. */
	onChange(batches: string[][]): void;
}

/**
 * Collects what happens within some time into one execution. The members of a batch are stored before it runs: after a
 * restart the same events form the same batch, so its key tells n8n whether it has run.
 */
export class EventBatches {
	private readonly planned: string[][];
	private readonly running: string[][] = [];
	private readonly repeated = new Map<string[], Batch>();
	private current?: Batch;

	constructor(
		private readonly windowMs: number,
		stored: string[][],
		private readonly run: Run,
		private readonly options: Options,
	) {
		this.planned = stored.filter(Array.isArray).map((ids) => ids.map(String));
	}

	/** Adds an event. @returns when the execution of its batch has ended */
	async add(event: WatchEvent): Promise<void> {
		const planned = this.planned.find((ids) => ids.includes(event.id));
		if (planned) return await this.addTo(this.repeated.get(planned), event, planned);
		if (this.windowMs === 0) return await this.run([event], event.id);
		await this.addTo(this.current, event);
	}

	private async addTo(open: Batch | undefined, event: WatchEvent, planned?: string[]): Promise<void> {
		const batch = open ?? this.begin(planned);
		batch.events.push(event);
		if (planned && batch.events.length === planned.length) batch.full.abort();
		await batch.done;
	}

	private begin(planned?: string[]): Batch {
		const full = new AbortController();
		const batch: Batch = { events: [], planned, full, done: Promise.resolve() };
		batch.done = this.finish(batch);
		if (planned) this.repeated.set(planned, batch);
		else this.current = batch;
		return batch;
	}

	/** Runs a batch when its time is over. A batch of before the restart runs as soon as all its events are there. */
	private async finish(batch: Batch): Promise<void> {
		const { signal } = this.options;
		const isOver = AbortSignal.any([batch.full.signal, signal]);
		await delay(Math.max(this.windowMs, 1_000), { signal: isOver }).catch(() => {});
		if (this.current === batch) this.current = undefined;
		if (signal.aborted) return await new Promise(() => {}); // not handled: a later start repeats the events
		const ids = batch.planned ?? batch.events.map(({ id }) => id);
		this.note(ids, true);
		await this.run(batch.events, await keyOf(ids));
		this.note(ids, false);
	}

	private note(ids: string[], isRunning: boolean): void {
		if (isRunning) this.running.push(ids);
		else this.running.splice(this.running.indexOf(ids), 1);
		const waiting = this.planned.filter((planned) => !this.repeated.has(planned));
		this.options.onChange([...waiting, ...this.running]);
	}
}

/** A short name of a batch: the hash of its members. */
async function keyOf(ids: string[]): Promise<string> {
	const bytes = new TextEncoder().encode(JSON.stringify(ids));
	const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
	return `batch:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
