import { MissingNodeTypesError, type NodeTypeToInstall } from '../core/errors';
import type { UiNode } from './types';
import type { Warnings } from './warnings';

/** Collects nodes whose type the server does not have, and tells at the end whether they matter. */
export class MissingTypes {
	private readonly nodes = new Map<string, { node: UiNode; isFed: boolean }>();
	private readonly used = new Set<string>();

	/** @param isFed whether anything that runs is connected to its inputs */
	add(id: string, node: UiNode, isFed: boolean): void {
		this.nodes.set(id, { node, isFed });
	}

	/** A node that runs takes an output of this one. */
	use(id: string): void {
		this.used.add(id);
	}

	/**
	 * What nothing runs for is left out with a warning.
	 * @throws MissingNodeTypesError with all the others
	 */
	settle(warnings: Warnings): void {
		const needed = [...this.nodes].filter(([id, { isFed }]) => isFed || this.used.has(id));
		if (needed.length > 0)
			throw new MissingNodeTypesError(collect(needed.map(([id, { node }]) => [id, node])));
		for (const [id, { node }] of this.nodes) {
			warnings.add(
				'unknown-type',
				id,
				node,
				'has a type that is not installed on the server; nothing needs it, so it was left out.',
			);
		}
	}
}

function collect(nodes: Array<[id: string, node: UiNode]>): NodeTypeToInstall[] {
	const types = new Map<string, NodeTypeToInstall>();
	for (const [id, { type, title, properties }] of nodes) {
		const known = types.get(type) ?? { type, ...packageOf(properties), nodes: [] };
		types.set(type, known);
		known.nodes.push({ id, ...(title && { title }) });
	}
	return [...types.values()];
}

/** Where the editor says a node comes from. */
function packageOf({ cnr_id: registryId, aux_id: repository, ver: version }: UiNode['properties']) {
	const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);
	return {
		...(text(registryId) && { registryId: text(registryId) }),
		...(text(repository) && { repository: text(repository) }),
		...(text(version) && { version: text(version) }),
	};
}
