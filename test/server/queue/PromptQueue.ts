import type { HistoryEntry, QueueItem } from '../types';
import { Heap } from './Heap';

const MAXIMUM_HISTORY_SIZE = 10_000;

/** Keys of partner services: never kept in history, and since 0.3.68 not shown in the queue either. */
const SECRETS = ['api_key_comfy_org', 'auth_token_comfy_org'];

export function withoutKeys(item: QueueItem): QueueItem {
	const kept = Object.entries(item[3]).filter(([key]) => !SECRETS.includes(key));
	return [item[0], item[1], item[2], Object.fromEntries(kept), item[4]];
}

/** What waits, what runs and what has finished. `changed` is called for every `status` event. */
export class PromptQueue {
	private readonly heap = new Heap();
	running: QueueItem[] = [];
	history = new Map<string, HistoryEntry>();

	constructor(private readonly changed: () => void) {}

	get pending(): QueueItem[] {
		return this.heap.items;
	}

	get remaining(): number {
		return this.pending.length + this.running.length;
	}

	put(item: QueueItem): void {
		this.heap.push(item);
		this.changed();
	}

	/** Moves the next item to the running ones. */
	take(): QueueItem | undefined {
		const item = this.heap.pop();
		if (!item) return undefined;
		this.running.push(item);
		this.changed();
		return item;
	}

	/** History is written before the `status` event goes out. */
	finish(item: QueueItem, entry: Omit<HistoryEntry, 'prompt'>, inHistory: boolean): void {
		this.running = this.running.filter((other) => other !== item);
		if (inHistory) this.remember(item, entry);
		this.changed();
	}

	remember(item: QueueItem, entry: Omit<HistoryEntry, 'prompt'>): void {
		const oldest = this.history.keys().next();
		if (this.history.size > MAXIMUM_HISTORY_SIZE && !oldest.done) this.history.delete(oldest.value);
		this.history.set(item[1], { prompt: withoutKeys(item), ...entry });
	}

	/** Only pending items go; when it was the only one the real server says so twice. */
	delete(promptId: string): boolean {
		const last = this.pending.length === 1;
		if (!this.heap.remove(promptId)) return false;
		this.changed();
		if (last) this.changed();
		return true;
	}

	clear(): void {
		this.heap.items = [];
		this.changed();
	}

	/** Removes every trace without an event, as if the job had never been. */
	forget(promptId: string): void {
		this.heap.remove(promptId);
		this.running = this.running.filter((item) => item[1] !== promptId);
		this.history.delete(promptId);
	}

	isRunning(promptId: string): boolean {
		return this.running.some((item) => item[1] === promptId);
	}
}
