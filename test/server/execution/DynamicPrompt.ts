import type { NodeMeta, Prompt, PromptNode } from '../types';

/** The prompt plus the nodes that running nodes have added to it. */
export class DynamicPrompt {
	private readonly added = new Map<string, { node: PromptNode; parent: string; display: string }>();

	constructor(readonly original: Prompt) {}

	node(id: string): PromptNode {
		return this.added.get(id)?.node ?? (this.original[id] as PromptNode);
	}

	has(id: string): boolean {
		return this.added.has(id) || Object.hasOwn(this.original, id);
	}

	add(id: string, node: PromptNode, parent: string): void {
		this.added.set(id, { node, parent, display: this.displayId(parent) });
	}

	/** The id in the submitted prompt, which is what a user knows. */
	displayId(id: string): string {
		return this.added.get(id)?.display ?? id;
	}

	parentId(id: string): string | null {
		return this.added.get(id)?.parent ?? null;
	}

	realId(id: string): string {
		const parent = this.parentId(id);
		return parent === null ? id : this.realId(parent);
	}

	ids(): string[] {
		return [...Object.keys(this.original), ...this.added.keys()];
	}

	meta(id: string): NodeMeta {
		return {
			node_id: id,
			display_node: this.displayId(id),
			parent_node: this.parentId(id),
			real_node_id: this.realId(id),
		};
	}
}
