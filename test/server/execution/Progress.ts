import type { DynamicPrompt } from './DynamicPrompt';

interface Entry {
	value: number;
	max: number;
	state: 'running' | 'finished';
}

/** The cumulative `progress_state` of one prompt: every node that has started. */
export class Progress {
	private readonly entries = new Map<string, Entry>();

	constructor(
		private readonly promptId: string,
		private readonly prompt: DynamicPrompt,
		private readonly changed: (state: object) => void,
	) {}

	start(id: string): void {
		this.set(id, { value: 0, max: 1, state: 'running' });
	}

	update(id: string, value: number, max: number): void {
		this.set(id, { value, max, state: 'running' });
	}

	finish(id: string): void {
		const max = this.entries.get(id)?.max ?? 1;
		this.set(id, { value: max, max, state: 'finished' });
	}

	private set(id: string, entry: Entry): void {
		this.entries.set(id, entry);
		this.changed({ prompt_id: this.promptId, nodes: this.snapshot() });
	}

	private snapshot(): Record<string, object> {
		const nodes = [...this.entries].map(([id, entry]) => [
			id,
			{
				...entry,
				node_id: id,
				prompt_id: this.promptId,
				display_node_id: this.prompt.displayId(id),
				parent_node_id: this.prompt.parentId(id),
				real_node_id: this.prompt.realId(id),
			},
		]);
		return Object.fromEntries(nodes) as Record<string, object>;
	}
}
