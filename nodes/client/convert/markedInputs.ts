import type { MarkedInput } from '../fields/WorkflowField';
import type { Scope } from './subgraphs/flatten';
import type { UiNode } from './types';
import { textOf } from '../core/text';

/** Collects the marked inputs while nodes are converted. */
export class Marks {
	private readonly found = new Map<string, Found>();

	addPrimitive(scope: Scope, primitive: UiNode, nodeId: string, input: string): void {
		const isNamed = primitive.title && !['Primitive', 'PrimitiveNode'].includes(primitive.title);
		const label = isNamed ? textOf(primitive.title) : input;
		this.add(`${scope.prefix}${primitive.id}`, { label, from: 'primitive', order: 0 }, { nodeId, input });
	}

	/** @param scope the inside of the instance whose input it is */
	addPromoted(scope: Scope, name: string, nodeId: string, input: string): void {
		const { host } = scope;
		if (!host || host.scope.host) return; // inside a subgraph nobody sees it
		const order = host.definition.inputs.findIndex((port) => port.name === name);
		const label =
			host.node.inputs.find((item) => item.name === name)?.label ??
			host.definition.inputs[order]?.label ??
			name;
		this.add(
			`${scope.prefix}/${name}`,
			{ label, from: 'subgraph', order, host: host.node, title: host.node.title ?? host.definition.name },
			{ nodeId, input },
		);
	}

	/** The marked inputs, those of one instance together and in its order. */
	list(): MarkedInput[] {
		const all = [...this.found.values()];
		const hosts = new Set(all.flatMap(({ host }) => host ?? []));
		const severalHosts = hosts.size > 1;
		return all
			.sort((a, b) => (a.host === b.host ? a.order - b.order : 0))
			.map(({ label, from, targets, title }) => ({
				label: severalHosts && title ? `${title}: ${label}` : label,
				from,
				targets,
			}));
	}

	private add(key: string, mark: Omit<Found, 'targets'>, target: MarkedInput['targets'][number]): void {
		const known = this.found.get(key) ?? { ...mark, targets: [] };
		this.found.set(key, known);
		known.targets.push(target);
	}
}

type Found = MarkedInput & { host?: UiNode; title?: string; order: number };
