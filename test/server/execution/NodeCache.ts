import { createHash } from 'node:crypto';
import type { Catalogue } from '../catalogue/Catalogue';
import { isLink, type NodeMeta, type NodeOutput } from '../types';
import { stringifyPython } from '../wire/pythonJson';
import type { DynamicPrompt } from './DynamicPrompt';

export interface CachedNode {
	values: unknown[];
	ui?: { output: NodeOutput; meta: NodeMeta };
}

function wantsOwnId(hidden: Record<string, unknown> | undefined): boolean {
	return Object.values(hidden ?? {}).some((kind) => String(kind) === 'UNIQUE_ID');
}

/** A node is what its class, its inputs and everything upstream are; its id counts only if it asks for it. */
export class Signatures {
	private readonly known = new Map<string, string>();

	constructor(
		private readonly prompt: DynamicPrompt,
		private readonly catalogue: Catalogue,
	) {}

	of(id: string): string {
		const known = this.known.get(id);
		if (known) return known;
		this.known.set(id, `cycle at ${id}`);
		const signature = this.prompt.has(id) ? this.compute(id) : `no node ${id}`;
		this.known.set(id, signature);
		return signature;
	}

	private compute(id: string): string {
		const node = this.prompt.node(id);
		const inputs = Object.entries(node.inputs)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([name, value]) => [name, isLink(value) ? ['link', this.of(value[0]), value[1]] : value]);
		const own = wantsOwnId(this.catalogue.get(node.class_type)?.input.hidden) ? id : null;
		const whole = [node.class_type, node.is_changed, own, this.prompt.parentId(id), inputs];
		return createHash('sha256').update(stringifyPython(whole)).digest('base64');
	}
}

/** Results of earlier runs. Each prompt throws out what it does not use itself. */
export class NodeCache {
	private stored = new Map<string, CachedNode>();

	keepOnly(signatures: Set<string>): void {
		this.stored = new Map([...this.stored].filter(([signature]) => signatures.has(signature)));
	}

	get(signature: string): CachedNode | undefined {
		return this.stored.get(signature);
	}

	set(signature: string, result: CachedNode): void {
		this.stored.set(signature, result);
	}

	clear(): void {
		this.stored.clear();
	}
}
