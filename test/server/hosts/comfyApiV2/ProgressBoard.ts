import { EventEmitter, on } from 'node:events';

interface NodeState {
	state: string;
	value: number;
	max: number;
}

/** What happens to a job. `end`: ComfyUI has finished it, or it was removed from the queue. */
export type JobEvent = { event: 'progress' | 'preview'; data: object } | { event: 'end' };

const PREVIEW_WITH_METADATA = 4;
const ENDS = ['execution_success', 'execution_error', 'execution_interrupted'];

/** The latest progress of every job and its events, worked out from ComfyUI's own events. */
export class ProgressBoard {
	private readonly states = new Map<string, Record<string, NodeState>>();
	private readonly news = new EventEmitter();

	constructor() {
		this.news.setMaxListeners(0);
	}

	take(text: string): void {
		const { type, data } = JSON.parse(text) as {
			type: string;
			data: { prompt_id: string; nodes: Record<string, NodeState> };
		};
		const { prompt_id: id, nodes } = data;
		if (ENDS.includes(type)) this.end(id);
		if (type !== 'progress_state') return;
		this.states.set(id, nodes);
		// As the proxy: nodes that have not begun are not counted.
		this.tell(id, { event: 'progress', data: this.of(id, Object.keys(nodes).length) ?? {} });
	}

	/** A preview whose frame names its job. */
	takeFrame(frame: Buffer): void {
		if (frame.readUInt32BE(0) !== PREVIEW_WITH_METADATA) return;
		const length = frame.readUInt32BE(4);
		const facts = JSON.parse(frame.toString('utf8', 8, 8 + length)) as Record<string, string>;
		const data = {
			node_id: facts.node_id,
			content_type: facts.image_type,
			data_base64: frame.subarray(8 + length).toString('base64'),
		};
		this.tell(facts.prompt_id, { event: 'preview', data });
	}

	end(promptId: string): void {
		this.tell(promptId, { event: 'end' });
	}

	/** Everything that happens to a job from now on. */
	async *follow(promptId: string, signal: AbortSignal): AsyncGenerator<JobEvent> {
		for await (const [event] of on(this.news, promptId, { signal }) as AsyncIterable<[JobEvent]>) yield event;
	}

	private tell(promptId: string, event: JobEvent): void {
		this.news.emit(promptId, event);
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
			step: current ? Math.floor(current.value) : null,
			steps: current ? Math.floor(current.max) : null,
			message: current ? `${current.value}/${current.max}` : null,
		};
	}
}
