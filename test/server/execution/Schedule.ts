import { isLink } from '../types';
import type { DynamicPrompt } from './DynamicPrompt';

export interface ScheduleSource {
	isCached(id: string): boolean;
	isOutput(id: string): boolean;
}

/** Which node is next. Cached nodes are not visited, unless they are outputs. */
export class Schedule {
	/** What each waiting node still waits for. */
	private readonly waiting = new Map<string, Set<string>>();

	constructor(
		private readonly prompt: DynamicPrompt,
		private readonly source: ScheduleSource,
	) {}

	get isEmpty(): boolean {
		return this.waiting.size === 0;
	}

	add(id: string): void {
		if (this.waiting.has(id)) return;
		this.waiting.set(id, new Set());
		for (const value of Object.values(this.prompt.node(id).inputs))
			if (isLink(value)) this.waitFor(id, value[0]);
	}

	/** `id` runs only after `upstream`. */
	waitFor(id: string, upstream: string): void {
		if (this.source.isCached(upstream)) return;
		this.waiting.get(id)?.add(upstream);
		this.add(upstream);
	}

	/**
	 * Outputs first, then what leads straight to an output, then what leads to it in two steps: a user
	 * sees a preview as early as possible. Undefined when only a cycle is left.
	 */
	next(): string | undefined {
		const ready = [...this.waiting].filter(([, blockers]) => blockers.size === 0).map(([id]) => id);
		return (
			ready.find((id) => this.source.isOutput(id)) ??
			ready.find((id) => this.leadsToOutput(id)) ??
			ready.find((id) => this.followers(id).some((follower) => this.leadsToOutput(follower))) ??
			ready[0]
		);
	}

	done(id: string): void {
		this.waiting.delete(id);
		for (const blockers of this.waiting.values()) blockers.delete(id);
	}

	private followers(id: string): string[] {
		return [...this.waiting].filter(([, blockers]) => blockers.has(id)).map(([follower]) => follower);
	}

	private leadsToOutput(id: string): boolean {
		return this.followers(id).some((follower) => this.source.isOutput(follower));
	}
}
