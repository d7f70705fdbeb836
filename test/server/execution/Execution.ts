import type { SocketHub } from '../socket/SocketHub';
import { isLink, type Prompt, type QueueItem } from '../types';
import type { Has } from '../version';
import { DynamicPrompt } from './DynamicPrompt';
import { NodeCache, Signatures, type CachedNode } from './NodeCache';
import { NodeRun, type NodeRunSource } from './NodeRun';
import { Progress } from './Progress';
import { PromptEvents } from './PromptEvents';
import { RunReport } from './RunReport';
import { Schedule } from './Schedule';
import { WorkerGone } from './signals';

export interface ExecutionSource extends NodeRunSource {
	hub: SocketHub;
	cache: NodeCache;
	has: Has;
	clockAheadMs: number;
}

/** One run of one prompt, from `execution_start` to `execution_success` or a failure. */
export class Execution {
	readonly events: PromptEvents;
	/** Display id of the node that runs, for clients that come back. */
	runningNode: string | undefined;
	private readonly prompt: DynamicPrompt;
	private readonly signatures: Signatures;
	private readonly progress: Progress;
	private readonly schedule: Schedule;
	private readonly node: NodeRun;
	private readonly report: RunReport;
	private readonly expanded = new Map<string, unknown[]>();

	constructor(
		private readonly source: ExecutionSource,
		private readonly item: QueueItem,
	) {
		const [, promptId, prompt, extraData] = item;
		this.events = new PromptEvents(source.hub, promptId, extraData.client_id, source.clockAheadMs);
		this.prompt = new DynamicPrompt(prompt);
		this.report = new RunReport(this.events, this.prompt);
		this.signatures = new Signatures(this.prompt, source.catalogue);
		this.progress = new Progress(promptId, this.prompt, (state) => {
			if (source.has('progressState')) this.events.anyone('progress_state', state);
		});
		this.schedule = new Schedule(this.prompt, {
			isCached: (id) => this.cached(id) !== undefined,
			isOutput: (id) => source.catalogue.get(this.prompt.node(id).class_type)?.output_node ?? false,
		});
		this.node = new NodeRun(source, item, this.prompt, this.events, this.progress);
	}

	private get promptId(): string {
		return this.item[1];
	}

	async run(): Promise<ReturnType<RunReport['entry']>> {
		this.source.pacer.forgetInterrupt();
		this.events.milestone('execution_start', { prompt_id: this.promptId });
		this.noteChanges();
		const ids = Object.keys(this.prompt.original);
		this.source.cache.keepOnly(new Set(ids.map((id) => this.signatures.of(id))));
		const nodes = ids.filter((id) => this.cached(id));
		this.events.milestone('execution_cached', { nodes, prompt_id: this.promptId });
		for (const id of this.item[4]) this.schedule.add(id);
		const succeeded = await this.runNodes();
		if (succeeded) this.events.milestone('execution_success', { prompt_id: this.promptId });
		this.runningNode = undefined;
		return this.outcome(succeeded);
	}

	/** The real server writes these results into the prompt, from where they reach the files' metadata. */
	private noteChanges(): void {
		for (const node of Object.values(this.prompt.original)) {
			const changed = this.source.behaviours[node.class_type]?.changed?.(node.inputs);
			if (changed !== undefined) node.is_changed = [changed];
		}
	}

	private async runNodes(): Promise<boolean> {
		while (!this.schedule.isEmpty) {
			const id = this.schedule.next();
			if (id === undefined) return false;
			const inputs = this.node.inputs(id, (from, slot) => this.valueOf(from, slot));
			try {
				await this.visit(id, inputs);
			} catch (error) {
				if (error instanceof WorkerGone) throw error;
				this.report.failed(id, { ...inputs, ...this.node.hidden(id) }, error as Error);
				return false;
			}
		}
		return true;
	}

	private async visit(id: string, inputs: Record<string, unknown>): Promise<void> {
		const cached = this.cached(id);
		if (cached) {
			if (this.source.has('cachedOutputEvents')) this.report.output(id, cached.ui);
			else if (cached.ui) this.report.keep(id, cached.ui);
			this.progress.finish(id);
			this.schedule.done(id);
			return;
		}
		if (this.expanded.has(id)) this.collectExpanded(id);
		else if (!(await this.execute(id, inputs))) return;
		this.progress.finish(id);
		this.report.executed.push(id);
		this.schedule.done(id);
	}

	/** False when the node turned into others, which must run first. */
	private async execute(id: string, inputs: Record<string, unknown>): Promise<boolean> {
		this.progress.start(id);
		this.runningNode = this.prompt.displayId(id);
		this.report.executing(id, this.runningNode);
		this.report.blocked(id, inputs);
		const result = await this.node.run(id, inputs);
		const ui = result.ui && { output: result.ui, meta: this.prompt.meta(id) };
		if (ui) this.report.output(id, ui);
		if (result.expand) return this.grow(id, result.expand, result.values ?? []);
		this.source.cache.set(this.signatures.of(id), { values: result.values ?? [], ui });
		return true;
	}

	private grow(id: string, nodes: Prompt, values: unknown[]): boolean {
		for (const [newId, node] of Object.entries(nodes)) this.prompt.add(newId, node, id);
		this.expanded.set(id, values);
		for (const link of values.filter(isLink)) this.schedule.waitFor(id, link[0]);
		return false;
	}

	private collectExpanded(id: string): void {
		const values = this.expanded.get(id)?.map((_value, slot) => this.valueOf(id, slot)) ?? [];
		this.source.cache.set(this.signatures.of(id), { values });
	}

	private cached(id: string): CachedNode | undefined {
		return this.source.cache.get(this.signatures.of(id));
	}

	private valueOf(id: string, slot: number): unknown {
		const promised = this.expanded.get(id)?.at(slot);
		if (isLink(promised)) return this.valueOf(...promised);
		return promised ?? this.cached(id)?.values.at(slot);
	}

	/** Before 0.3.68 history also lists the cached results of outputs that this run did not touch. */
	private outcome(succeeded: boolean): ReturnType<RunReport['entry']> {
		if (!this.source.has('tidyHistory'))
			for (const id of this.prompt.ids()) {
				const ui = this.cached(id)?.ui;
				if (ui) this.report.keep(id, ui);
			}
		return this.report.entry(succeeded);
	}
}
