import type { Faults } from '../faults/Faults';
import type { PromptQueue } from '../queue/PromptQueue';
import type { QueueItem } from '../types';
import { Execution, type ExecutionSource } from './Execution';
import { WorkerGone } from './signals';

export interface WorkerSource extends Omit<ExecutionSource, 'previews'> {
	previewsFor(item: QueueItem): boolean;
	/** The worker died of an exception outside of any node. */
	died(error: Error): void;
}

/** The one worker: takes the next job, runs it, writes history, then notifies the owner that it has ended. */
export class Worker {
	current: Execution | undefined;
	private spentMs = 0;
	private startedAt: number | undefined;
	private working = false;
	private readonly lost = new Set<string>();

	constructor(
		private readonly source: WorkerSource,
		private readonly queue: PromptQueue,
		private readonly faults: Faults,
	) {}

	get busyMs(): number {
		return this.spentMs + (this.startedAt === undefined ? 0 : performance.now() - this.startedAt);
	}

	/** This job will not reach history. */
	lose(promptId: string): void {
		this.lost.add(promptId);
	}

	/** Called whenever something has been added to the queue. */
	wake(): void {
		if (this.working) return;
		this.working = true;
		setImmediate(() => void this.work());
	}

	/** A dead worker stays `working`, so that nothing ever wakes it again. */
	private async work(): Promise<void> {
		try {
			await this.source.pacer.ready();
			for (let item = this.queue.take(); item; item = this.queue.take()) {
				await this.execute(item);
				await this.source.pacer.ready();
			}
			this.working = false;
		} catch (error) {
			if (!(error instanceof WorkerGone)) this.source.died(error as Error);
		}
	}

	private async execute(item: QueueItem): Promise<void> {
		this.startedAt = performance.now();
		try {
			const source = { ...this.source, previews: this.source.previewsFor(item) };
			const execution = new Execution(source, structuredClone(item));
			this.current = execution;
			const outcome = await execution.run();
			this.current = undefined;
			this.settle(item, outcome);
			execution.events.owner('executing', { node: null, prompt_id: item[1] });
		} finally {
			this.spentMs += performance.now() - this.startedAt;
			this.startedAt = undefined;
		}
	}

	private settle(item: QueueItem, outcome: Awaited<ReturnType<Execution['run']>>): void {
		const gate = this.faults.historyGate;
		const wanted = !this.lost.has(item[1]);
		this.queue.finish(item, outcome, wanted && !gate);
		if (wanted && gate) void gate().then(() => this.queue.remember(item, outcome));
	}
}
