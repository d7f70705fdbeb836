import { show, textOf } from '../core/text';
import { outputLink } from './definitions';
import type { InstanceValueResolver } from './subgraphs/instanceValues';
import type { PromotedWidgets } from './subgraphs/promotedWidgets';
import type { Primitives, Push } from './primitives';
import type { Scope } from './subgraphs/flatten';
import type { NodeShapes, NodeShape } from './nodeShapes';
import { BYPASSED, isActive, MUTED, type UiNode, type UiGraph } from './types';
import type { Warnings } from './warnings';
import { givesValue, isSetNode } from './virtualNodes';

/** Source of an input's value, with everything that exists only in the editor resolved. */
export type Resolved =
	| { kind: 'link'; id: string; node: UiNode; slot: number }
	| { kind: 'promoted'; value: unknown; scope: Scope; input: string }
	| { kind: 'primitive'; push: Push; scope: Scope };

/** A position on the path from an input to its source. */
type Step =
	| { at: 'input'; scope: Scope; node: UiNode; slot: number; type?: string; on?: InstanceWidget }
	| { at: 'output'; scope: Scope; node: UiNode; slot: number; type: string; on?: InstanceWidget };

/** A field on a subgraph instance that the path passed. */
interface InstanceWidget {
	instance: UiNode;
	name: string;
}

/** Number of steps from an input to its source before the steps are kept. */
const SHORT_PATH = 16;

/** Follows links to their sources: through reroutes, bypassed nodes, get and set nodes, and subgraphs. */
export class Resolver {
	constructor(
		private readonly nodeShapes: NodeShapes,
		private readonly promotedWidgets: PromotedWidgets,
		private readonly primitives: Primitives,
		private readonly instanceValues: InstanceValueResolver,
		private readonly getSetNodes: GetSetNodes,
		private readonly warnings: Warnings,
	) {}

	/** The source of one input; `undefined` when its link leads to no source. */
	resolve(scope: Scope, node: UiNode, slot: number): Resolved | undefined {
		let visited: Set<string> | undefined;
		let step: Step = { at: 'input', scope, node, slot };
		for (let steps = 0; ; steps++) {
			// Nearly all paths are short, and a loop is found as well when it is noticed later.
			const key = steps < SHORT_PATH ? '' : `${step.scope.prefix}${step.node.id}/${step.at}/${step.slot}`;
			if (visited?.has(key)) {
				this.warn(
					'cycle',
					scope,
					node,
					'is connected to a loop of nodes that do not run; this connection is omitted.',
				);
				return undefined;
			}
			if (key) (visited ??= new Set()).add(key);
			const next: Step | Resolved | undefined =
				step.at === 'input' ? this.followLink(step) : this.passNode(step);
			if (!next || 'kind' in next) return next;
			step = next;
		}
	}

	/** Follows the link of an input. */
	private followLink(step: Step): Step | Resolved | undefined {
		const { scope, node } = step;
		const slot = this.nodeShapes.of(node).slots[step.slot];
		if (slot?.linkId === undefined) return undefined;
		const link = scope.graph.links.get(slot.linkId);
		if (!link) {
			this.warn('missing-link', scope, node, `has a connection at "${slot.name}" that is not in the file.`);
			return undefined;
		}
		const { instance } = scope;
		if (instance && link.originId === instance.definition.inputsId)
			return this.leaveSubgraph(scope, link.originSlot);
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

	/** Continues at the instance's input, from inside its subgraph. */
	private leaveSubgraph(scope: Scope, index: number): Step | Resolved | undefined {
		const instance = scope.instance;
		const port = instance?.definition.inputs[index];
		if (!instance || !port) return undefined;
		const isField = this.promotedWidgets.targetsOf(instance.definition).has(port.name);
		const shape = this.nodeShapes.of(instance.node);
		if (shape.slots[index].linkId !== undefined) {
			const on = isField ? { instance: instance.node, name: port.name } : undefined;
			return { at: 'input', scope: instance.scope, node: instance.node, slot: index, on };
		}
		if (!isField) return undefined;
		return {
			kind: 'promoted',
			value: this.instanceValues.valueOf(scope, port.name),
			scope,
			input: port.name,
		};
	}

	/** Continues from an output through its node. */
	private passNode(step: Step): Step | Resolved | undefined {
		const { scope, node, slot } = step;
		const type = step.type ?? '*';
		const shape = this.nodeShapes.of(node);
		if (shape.kind === 'primitive' && step.on) return this.primitiveValue(scope, step.on);
		if (node.mode === MUTED) return undefined;
		if (node.mode === BYPASSED) {
			const input = bypassSlot(shape, slot, type);
			return input < 0 ? undefined : { at: 'input', scope, node, slot: input };
		}
		switch (shape.kind) {
			case 'instance':
				return this.enterSubgraph(scope, node, slot, type);
			case 'get':
				return this.findSetNode(scope, node, type);
			case 'pass-through':
				return slot < shape.slots.length ? { at: 'input', scope, node, slot, type } : undefined;
			case 'class':
			case 'missing':
				return { kind: 'link', id: scope.prefix + node.id, node, slot };
			case 'ui-only': {
				const text =
					'gives a value that only the browser knows; what it is connected to keeps its saved value.';
				if (givesValue(node.type)) this.warn('browser-value', scope, node, text);
				return undefined;
			}
			default:
				return undefined;
		}
	}

	/** A primitive node connected to a field on an instance sets every inner field behind it. */
	private primitiveValue(scope: Scope, { instance, name }: InstanceWidget): Resolved | undefined {
		const push = this.primitives.pushesOf(scope.graph).get(instance)?.get(name);
		return push && { kind: 'primitive', push, scope };
	}

	/** Continues inside a subgraph, from an output of its instance. */
	private enterSubgraph(scope: Scope, node: UiNode, slot: number, type: string): Step | Resolved | undefined {
		const inner = scope.children.get(node.id);
		const definition = inner?.instance?.definition;
		if (!inner || !definition) return undefined;
		const link = outputLink(definition, slot);
		if (!link) return undefined;
		if (link.originId === definition.inputsId) return this.leaveSubgraph(inner, link.originSlot);
		const origin = definition.nodes.get(link.originId);
		return origin && { at: 'output', scope: inner, node: origin, slot: link.originSlot, type };
	}

	/** Continues at the set node with the get node's name. */
	private findSetNode(scope: Scope, node: UiNode, type: string): Step | undefined {
		const found = this.getSetNodes.find(scope, node);
		if (found) return { at: 'input', ...found, slot: 0, type };
		this.warn(
			'no-set-node',
			scope,
			node,
			`reads ${show(nameOf(node))}, but the workflow has no set node with this name.`,
		);
		return undefined;
	}

	private warn(reason: string, scope: Scope, node: UiNode, text: string): void {
		if (isActive(node)) this.warnings.add(reason, scope.prefix + node.id, node, text);
	}
}

/**
 * The input whose source replaces an output of a bypassed node.
 * @param wanted type of the input at the end of the path
 * @returns index of the input, or -1
 */
function bypassSlot({ slots, outputTypes }: NodeShape, output: number, wanted: string): number {
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

/** Finds the set node for a get node. */
export class GetSetNodes {
	private readonly known = new Map<UiGraph, Map<string, UiNode>>();

	/** The set node of the same name in the same graph, else in the graphs around it. */
	find(scope: Scope, getNode: UiNode): { scope: Scope; node: UiNode } | undefined {
		for (let place: Scope | undefined = scope; place; place = place.instance?.scope) {
			const node = this.in(place.graph).get(nameOf(getNode));
			if (node) return { scope: place, node };
		}
		return undefined;
	}

	private in(graph: UiGraph): Map<string, UiNode> {
		const known = this.known.get(graph);
		if (known) return known;
		const found = new Map<string, UiNode>();
		for (const node of graph.nodes.values()) {
			if (isSetNode(node.type) && !found.has(nameOf(node))) found.set(nameOf(node), node);
		}
		this.known.set(graph, found);
		return found;
	}
}

/** The name in a get or set node. */
function nameOf({ values }: UiNode): string {
	const first: unknown = Array.isArray(values) ? values[0] : undefined;
	return textOf(first ?? '');
}
