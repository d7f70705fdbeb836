import type { MarkedInput } from '../fields/WorkflowField';
import type { Scope } from './subgraphs/flatten';
import type { UiNode } from './types';
import { textOf } from '../core/text';

/** Collects the inputs that an author offers, while nodes are converted. */
export class MarkedInputCollector {
	private readonly found = new Map<string, Found>();

	addPrimitive(scope: Scope, primitive: UiNode, nodeId: string, input: string): void {
		const isNamed = primitive.title && !['Primitive', 'PrimitiveNode'].includes(primitive.title);
		const label = isNamed ? textOf(primitive.title) : input;
		this.add(`${scope.prefix}${primitive.id}`, { label, from: 'primitive', order: 0 }, { nodeId, input });
	}

	/** @param scope the expanded instance that has the input */
	addPromoted(scope: Scope, name: string, nodeId: string, input: string): void {
		const { instance } = scope;
		if (!instance || instance.scope.instance) return; // only inputs at the root are visible to the author
		const order = instance.definition.inputs.findIndex((port) => port.name === name);
		const label =
			instance.node.inputs.find((item) => item.name === name)?.label ??
			instance.definition.inputs[order]?.label ??
			name;
		this.add(
			`${scope.prefix}/${name}`,
			{
				label,
				from: 'subgraph',
				order,
				instance: instance.node,
				title: instance.node.title ?? instance.definition.name,
			},
			{ nodeId, input },
		);
	}

	/** The marked inputs; those of one instance are adjacent and in its order. */
	list(): MarkedInput[] {
		const all = [...this.found.values()];
		const seen = new Set<string>();
		const repeated = new Set<string>();
		for (const { label } of all) (seen.has(label) ? repeated : seen).add(label);
		return all
			.sort((a, b) => (a.instance === b.instance ? a.order - b.order : 0))
			.map(({ label, from, targets, title }) => ({
				label: title && repeated.has(label) ? `${label} · ${title}` : label,
				from,
				targets,
			}));
	}

	/** The marked input behind a field of a primitive node or of a subgraph instance at the root. */
	find(nodeId: string, name: string): MarkedInput | undefined {
		return this.found.get(`${nodeId}:/${name}`) ?? this.found.get(nodeId) ?? this.findInner(nodeId, name);
	}

	/** Editors before 1.46 named a field of an instance by its inner node. */
	private findInner(nodeId: string, name: string): MarkedInput | undefined {
		const matching = [...this.found.values()].filter(({ from, targets }) =>
			targets.some(
				(target) => from === 'subgraph' && target.input === name && target.nodeId.endsWith(`:${nodeId}`),
			),
		);
		return matching.length === 1 ? matching[0] : undefined;
	}

	private add(key: string, mark: Omit<Found, 'targets'>, target: MarkedInput['targets'][number]): void {
		const known = this.found.get(key) ?? { ...mark, targets: [] };
		this.found.set(key, known);
		known.targets.push(target);
	}
}

type Found = MarkedInput & { instance?: UiNode; title?: string; order: number };
