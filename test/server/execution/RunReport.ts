import type { HistoryEntry, NodeMeta, NodeOutput } from '../types';
import type { DynamicPrompt } from './DynamicPrompt';
import { failureReport } from './failure';
import type { CachedNode } from './NodeCache';
import type { PromptEvents } from './PromptEvents';
import { ExecutionBlocker, Interrupted } from './signals';

type Values = Record<string, unknown>;

/** What a run reports to its listeners, and what history stores of it. */
export class RunReport {
	/** Nodes this run has executed, cached ones not counted. */
	readonly executed: string[] = [];
	private readonly outputs = new Map<string, { output: NodeOutput; meta: NodeMeta }>();

	constructor(
		private readonly events: PromptEvents,
		private readonly prompt: DynamicPrompt,
	) {}

	executing(id: string, display_node: string): void {
		this.events.owner('executing', { node: id, display_node, prompt_id: this.events.promptId });
	}

	/** `executed`; for a cached node whose UI result is unknown with null. */
	output(id: string, ui: CachedNode['ui']): void {
		if (ui) this.keep(id, ui);
		const display_node = this.prompt.displayId(id);
		const output = ui?.output ?? null;
		this.events.owner('executed', { node: id, display_node, output, prompt_id: this.events.promptId });
	}

	/** For history only. */
	keep(id: string, ui: NonNullable<CachedNode['ui']>): void {
		this.outputs.set(id, ui);
	}

	/** Not final: the prompt continues and ends with `execution_success`. History does not have it. */
	blocked(id: string, inputs: Values): void {
		const values = Object.values(inputs);
		const blocker = values.find((value): value is ExecutionBlocker => value instanceof ExecutionBlocker);
		if (typeof blocker?.message !== 'string') return;
		this.events.anyone('execution_error', {
			prompt_id: this.events.promptId,
			node_id: id,
			node_type: this.prompt.node(id).class_type,
			executed: this.executed,
			exception_message: `Execution Blocked: ${blocker.message}`,
			exception_type: 'ExecutionBlocked',
			traceback: [],
			current_inputs: [],
			current_outputs: [],
		});
	}

	failed(id: string, inputs: Values, error: Error): void {
		const node_id = this.prompt.realId(id);
		const node_type = this.prompt.original[node_id]?.class_type;
		const where = { prompt_id: this.events.promptId, node_id, node_type, executed: this.executed };
		if (error instanceof Interrupted) return this.events.milestone('execution_interrupted', where, true);
		const current_outputs = Object.keys(this.prompt.original);
		this.events.milestone('execution_error', { ...where, ...failureReport(error, inputs), current_outputs });
	}

	entry(succeeded: boolean): Omit<HistoryEntry, 'prompt'> {
		const status_str = succeeded ? 'success' : 'error';
		const results = [...this.outputs];
		return {
			outputs: Object.fromEntries(results.map(([id, { output }]) => [id, output])),
			status: { status_str, completed: succeeded, messages: this.events.messages },
			meta: Object.fromEntries(results.map(([id, { meta }]) => [id, meta])),
		};
	}
}
