import type { ApiNode } from '../core/ApiWorkflow';
import type { Marks } from './markedInputs';
import type { Promotions } from './subgraphs/promotedWidgets';
import type { FindValue } from './fileNames';
import type { Primitives } from './primitives';
import type { Resolved, Resolver } from './resolveLinks';
import type { Placement } from './subgraphs/flatten';
import type { Shape } from './nodeShapes';

/** What the conversion of single nodes needs to know of the whole. */
export interface Surroundings {
	promotions: Promotions;
	resolver: Resolver;
	marks: Marks;
	primitives: Primitives;
	find: FindValue;
}

/** A node in API format, with what was found on the way. */
export interface Emitted {
	node: ApiNode;
	/** Ids of the nodes that it takes outputs of. */
	sources: string[];
	/** Names of connected inputs that nothing comes through to. */
	unresolved: string[];
	/** Inputs whose text stands on a subgraph instance; the editor sends it as it is. */
	promoted: string[];
}

/** Turns one node that runs on the server into API format: its fields, then its connections. */
export function emitNode(placement: Placement, shape: Shape, around: Surroundings): Emitted {
	const { node, scope } = placement;
	const inputs: Record<string, unknown> = {};
	for (const [name, value] of fieldValues(placement, shape, around)) define(inputs, name, value);
	const emitted: Emitted = {
		node: { inputs, class_type: node.type, _meta: { title: titleOf(placement, shape) } },
		sources: [],
		unresolved: [],
		promoted: [],
	};
	for (const [index, slot] of shape.slots.entries()) {
		if (slot.linkId === undefined) continue;
		const found = around.resolver.resolve(scope, node, index);
		if (!found) emitted.unresolved.push(slot.name);
		else if (found.kind === 'link') {
			emitted.sources.push(found.id);
			define(inputs, slot.name, [found.id, found.slot]);
		} else {
			if (found.kind === 'promoted') emitted.promoted.push(slot.name);
			takeValue(placement.id, slot.name, found, inputs, around.marks);
		}
	}
	return emitted;
}

/** Values of the fields: what an instance of the subgraph says, then a primitive node, then the node. */
function* fieldValues({ id, node, scope }: Placement, shape: Shape, around: Surroundings) {
	const pushed = around.primitives.pushesOf(scope.graph).get(node);
	const host = scope.host && around.promotions.valuesOf(scope.host.node, scope.host.definition).byField;
	for (const { field, value } of shape.placed?.fields ?? []) {
		if (!field.sent) continue;
		const push = pushed?.get(field.name);
		if (push) around.marks.addPrimitive(scope, push.primitive, id, field.name);
		const onHost =
			host?.get(node.id)?.get(field.name) ?? (push && host?.get(push.primitive.id)?.get('value'));
		const taken = repaired(node.type, field.name, onHost ?? push?.value ?? value);
		yield [field.name, toSent(taken, field.spec.shownAs)] as const;
	}
	for (const [name, value] of shape.placed?.others ?? []) yield [name, toSent(value)] as const;
}

function takeValue(
	id: string,
	name: string,
	found: Exclude<Resolved, { kind: 'link' }>,
	inputs: Record<string, unknown>,
	marks: Marks,
): void {
	if (found.kind === 'promoted') marks.addPromoted(found.scope, found.input, id, name);
	else marks.addPrimitive(found.scope, found.push.primitive, id, name);
	define(inputs, name, toSent(found.kind === 'promoted' ? found.value : found.push.value));
}

function titleOf({ node }: Placement, { definition }: Shape): string {
	return node.title ?? (definition?.display_name || node.type);
}

/** Lists would be taken for connections, so they are wrapped. */
function toSent(value: unknown, shownAs?: string): unknown {
	if (shownAs === 'CURVE' && value !== null && value !== undefined)
		return { __type__: 'CURVE', __value__: value };
	return Array.isArray(value) ? { __value__: value } : value;
}

/** Very old files name samplers as the library did. */
function repaired(type: string, name: string, value: unknown): unknown {
	const isSampler = (type === 'KSampler' || type === 'KSamplerAdvanced') && name === 'sampler_name';
	return isSampler && typeof value === 'string' && value.startsWith('sample_') ? value.slice(7) : value;
}

/** Sets a member whatever its name is; what is undefined is left as it is. */
export function define(target: object, name: string, value: unknown): void {
	if (value === undefined) return;
	Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
