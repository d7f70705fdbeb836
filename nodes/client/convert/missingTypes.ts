import { MissingNodeTypesError, type NodeTypeToInstall } from '../core/errors';
import type { UiNode } from './types';
import type { Warnings } from './warnings';

/** Collects nodes whose type is not installed, and decides at the end whether the workflow needs them. */
export class MissingTypes {
	private readonly nodes = new Map<string, { node: UiNode; isFed: boolean }>();
	/** Ids of the nodes whose outputs active nodes use. */
	readonly used = new Set<string>();

	/** @param isFed whether an active node is connected to one of its inputs */
	add(id: string, node: UiNode, isFed: boolean): void {
		this.nodes.set(id, { node, isFed });
	}

	/** Records that an active node uses an output of this node. */
	use(id: string): void {
		this.used.add(id);
	}

	/**
	 * Omits nodes that the workflow does not need, with a warning.
	 * @param hasOutput whether the rest of the workflow has an output node; without one, every node is needed
	 * @throws MissingNodeTypesError that names all nodes that are needed
	 */
	finish(warnings: Warnings, hasOutput: boolean): void {
		const needed = [...this.nodes].filter(([id, { isFed }]) => !hasOutput || isFed || this.used.has(id));
		if (needed.length > 0)
			throw new MissingNodeTypesError(collect(needed.map(([id, { node }]) => [id, node])));
		for (const [id, { node }] of this.nodes) {
			warnings.add(
				'unknown-type',
				id,
				node,
				'has a type that is not installed on the server. No other node needs it, so it is omitted.',
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

/** The package of a node, as the editor saves it. */
function packageOf({ cnr_id: registryId, aux_id: repository, ver: version }: UiNode['properties']) {
	const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);
	return {
		...(text(registryId) && { registryId: text(registryId) }),
		...(text(repository) && { repository: text(repository) }),
		...(text(version) && { version: text(version) }),
	};
}
