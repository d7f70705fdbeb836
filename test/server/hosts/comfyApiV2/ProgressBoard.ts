interface NodeState {
	state: string;
	value: number;
	max: number;
}

/** The latest progress of every job, worked out from ComfyUI's own events. */
export class ProgressBoard {
	private readonly states = new Map<string, Record<string, NodeState>>();

	take(text: string): void {
		const { type, data } = JSON.parse(text) as {
			type: string;
			data: { prompt_id: string; nodes: Record<string, NodeState> };
		};
		if (type === 'progress_state') this.states.set(data.prompt_id, data.nodes);
	}

	/** The snapshot that the API shows; null before the job runs. */
	of(promptId: string, total: number): object | null {
		const nodes = this.states.get(promptId);
		if (!nodes) return null;
		const done = Object.values(nodes).filter(({ state }) => state === 'finished').length;
		const [id, current] = Object.entries(nodes).find(([, { state }]) => state === 'running') ?? [];
		return {
			value: Math.min(1, (done + (current ? current.value / current.max : 0)) / total),
			nodes_done: done,
			nodes_total: total,
			current_node: id ?? null,
			step: current?.value ?? null,
			steps: current?.max ?? null,
			message: current ? `${current.value}/${current.max}` : null,
		};
	}
}
