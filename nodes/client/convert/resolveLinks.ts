import { show, textOf } from '../core/text';
import { outputLink } from './definitions';
import type { InstanceValues } from './subgraphs/instanceValues';
import type { Promotions } from './subgraphs/promotedWidgets';
import type { Primitives, Push } from './primitives';
import type { Scope } from './subgraphs/flatten';
import type { Shapes, Shape } from './nodeShapes';
import { BYPASSED, isActive, MUTED, type UiNode, type UiGraph } from './types';
import type { Warnings } from './warnings';
import { isSetter } from './virtualNodes';

/** Where an input's value comes from, seen through everything that only exists in the editor. */
export type Resolved =
	| { kind: 'link'; id: string; node: UiNode; slot: number }
	| { kind: 'promoted'; value: unknown; scope: Scope; input: string }
	| { kind: 'primitive'; push: Push; scope: Scope };

/** A place on the way from an input to its source. */
type Step =
	| { at: 'input'; scope: Scope; node: UiNode; slot: number; type?: string; on?: HostField }
	| { at: 'output'; scope: Scope; node: UiNode; slot: number; type: string; on?: HostField };

/** The field on a subgraph instance that a step starts from. */
interface HostField {
	host: UiNode;
	name: string;
}

/** Follows links to their sources: through reroutes, bypassed nodes, get and set nodes, and subgraphs. */
export class Resolver {
	constructor(
		private readonly shapes: Shapes,
		private readonly promotions: Promotions,
		private readonly primitives: Primitives,
		private readonly instances: InstanceValues,
		private readonly setters: Setters,
		private readonly warnings: Warnings,
	) {}

	/** What one input of a node gets; `undefined` when nothing comes through. */
	resolve(scope: Scope, node: UiNode, slot: number): Resolved | undefined {
		const visited = new Set<string>();
		let step: Step = { at: 'input', scope, node, slot };
		for (;;) {
			const key = `${step.scope.prefix}${step.node.id}/${step.at}/${step.slot}`;
			if (visited.has(key)) {
				this.warn(
					'cycle',
					scope,
					node,
					'is connected in a circle of nodes that do not run; this connection was left out.',
				);
				return undefined;
			}
			visited.add(key);
			const next: Step | Resolved | undefined = step.at === 'input' ? this.up(step) : this.through(step);
			if (!next || 'kind' in next) return next;
			step = next;
		}
	}

	/** From an input along its link. */
	private up(step: Step): Step | Resolved | undefined {
		const { scope, node } = step;
		const slot = this.shapes.of(node).slots[step.slot];
		if (slot?.linkId === undefined) return undefined;
		const link = scope.graph.links.get(slot.linkId);
		if (!link) {
			this.warn('missing-link', scope, node, `has a connection at "${slot.name}" that is not in the file.`);
			return undefined;
		}
		const { host } = scope;
		if (host && link.originId === host.definition.inputsId) return this.out(scope, link.originSlot);
		const origin = scope.graph.nodes.get(link.originId);
		if (!origin) {
			this.warn(
				'missing-node',
				scope,
				node,
				`is connected at "${slot.name}" to a node that is not in the file.`,
			);
			return undefined;
		}
		const type = step.type ?? slot.type;
		return { at: 'output', scope, node: origin, slot: link.originSlot, type, on: step.on };
	}

	/** From the inside of a subgraph to the input of its instance. */
	private out(scope: Scope, index: number): Step | Resolved | undefined {
		const host = scope.host;
		const port = host?.definition.inputs[index];
		if (!host || !port) return undefined;
		const isField = this.promotions.targetsOf(host.definition).has(port.name);
		const shape = this.shapes.of(host.node);
		if (shape.slots[index].linkId !== undefined) {
			const on = isField ? { host: host.node, name: port.name } : undefined;
			return { at: 'input', scope: host.scope, node: host.node, slot: index, on };
		}
		if (!isField) return undefined;
		return { kind: 'promoted', value: this.instances.valueOf(scope, port.name), scope, input: port.name };
	}

	/** From an output through its node. */
	private through(step: Step): Step | Resolved | undefined {
		const { scope, node, slot } = step;
		const type = step.type ?? '*';
		const shape = this.shapes.of(node);
		if (shape.kind === 'primitive' && step.on) return this.pushed(scope, step.on);
		if (node.mode === MUTED) return undefined;
		if (node.mode === BYPASSED) {
			const input = bypassSlot(shape, slot, type);
			return input < 0 ? undefined : { at: 'input', scope, node, slot: input };
		}
		switch (shape.kind) {
			case 'host':
				return this.into(scope, node, slot, type);
			case 'gets':
				return this.named(scope, node, type);
			case 'passes':
				return slot < shape.slots.length ? { at: 'input', scope, node, slot, type } : undefined;
			case 'class':
			case 'missing':
				return { kind: 'link', id: scope.prefix + node.id, node, slot };
			default:
				return undefined;
		}
	}

	/** A primitive node that feeds a field on a subgraph instance feeds every field behind it. */
	private pushed(scope: Scope, { host, name }: HostField): Resolved | undefined {
		const push = this.primitives.pushesOf(scope.graph).get(host)?.get(name);
		return push && { kind: 'primitive', push, scope };
	}

	/** From the output of a subgraph instance to its inside. */
	private into(scope: Scope, node: UiNode, slot: number, type: string): Step | Resolved | undefined {
		const inner = scope.children.get(node.id);
		const definition = inner?.host?.definition;
		if (!inner || !definition) return undefined;
		const link = outputLink(definition, slot);
		if (!link) return undefined;
		if (link.originId === definition.inputsId) return this.out(inner, link.originSlot);
		const origin = definition.nodes.get(link.originId);
		return origin && { at: 'output', scope: inner, node: origin, slot: link.originSlot, type };
	}

	/** A get node is the input of the set node of its name. */
	private named(scope: Scope, node: UiNode, type: string): Step | undefined {
		const found = this.setters.find(scope, node);
		if (found) return { at: 'input', ...found, slot: 0, type };
		this.warn(
			'no-setter',
			scope,
			node,
			`gets ${show(nameOf(node))}, which no set node of the workflow sets.`,
		);
		return undefined;
	}

	private warn(reason: string, scope: Scope, node: UiNode, text: string): void {
		if (isActive(node)) this.warnings.add(reason, scope.prefix + node.id, node, text);
	}
}

/**
 * The input that stands in for an output of a bypassed node.
 * @param wanted type of the input at the far end
 * @returns index of the input, or -1
 */
function bypassSlot({ slots, outputTypes }: Shape, output: number, wanted: string): number {
	if (slots.length === 0) return -1;
	if (wanted === '*' || wanted === '') return slots.length > output ? output : 0;
	const given = outputTypes[output] ?? '*';
	const fits = (type: string) => compatible(type, given) && compatible(type, wanted);
	if (output < slots.length && fits(slots[output].type)) return output;
	const exact = slots.findIndex(({ type }) => type === wanted);
	return exact >= 0 ? exact : slots.findIndex(({ type }) => fits(type));
}

/** Whether an output of one type may be connected to an input of another. */
function compatible(one: string, other: string): boolean {
	if (isAny(one) || isAny(other) || one === other) return true;
	const names = one.toLowerCase().split(',');
	const others = new Set(other.toLowerCase().split(','));
	return names.some((name) => others.has(name) || isAny(name)) || others.has('*') || others.has('');
}

const isAny = (type: string) => type === '*' || type === '';

/** Finds the set node that a get node means. */
export class Setters {
	private readonly known = new Map<UiGraph, Map<string, UiNode>>();

	/** The set node of the same name, in the same graph or further out. */
	find(scope: Scope, getter: UiNode): { scope: Scope; node: UiNode } | undefined {
		for (let place: Scope | undefined = scope; place; place = place.host?.scope) {
			const node = this.in(place.graph).get(nameOf(getter));
			if (node) return { scope: place, node };
		}
		return undefined;
	}

	private in(graph: UiGraph): Map<string, UiNode> {
		const known = this.known.get(graph);
		if (known) return known;
		const found = new Map<string, UiNode>();
		for (const node of graph.nodes.values()) {
			if (isSetter(node.type) && !found.has(nameOf(node))) found.set(nameOf(node), node);
		}
		this.known.set(graph, found);
		return found;
	}
}

/** The name that a get or set node carries. */
function nameOf({ values }: UiNode): string {
	const first: unknown = Array.isArray(values) ? values[0] : undefined;
	return textOf(first ?? '');
}
