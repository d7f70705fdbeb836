import type { ApiNode } from '../core/ApiWorkflow';
import type { MarkedInputCollector } from './markedInputs';
import type { PromotedWidgets } from './subgraphs/promotedWidgets';
import type { FindValue } from './fileNames';
import type { Primitives } from './primitives';
import type { Resolved, Resolver } from './resolveLinks';
import type { PlacedNode } from './subgraphs/flatten';
import type { NodeShape } from './nodeShapes';
import type { Warnings } from './warnings';
import { mayBeDrawn, type DrawnSeeds } from './drawnSeeds';

/** Shared parts that the conversion of one node uses. */
export interface ConversionContext {
	promotedWidgets: PromotedWidgets;
	resolver: Resolver;
	markedInputs: MarkedInputCollector;
	drawnSeeds: DrawnSeeds;
	primitives: Primitives;
	find: FindValue;
	warnings: Warnings;
}

/** A node in API format, with what the conversion found out. */
export interface EmittedNode {
	node: ApiNode;
	/** Ids of the nodes it is connected to. */
	sources: string[];
	/** Names of connected inputs whose link leads to no source. */
	unresolved: string[];
	/** Inputs whose text is on a subgraph instance; the editor sends it unchanged. */
	promoted: string[];
}

/** Converts one node that runs on the server to API format: first its fields, then its connections. */
export function emitNode(placedNode: PlacedNode, shape: NodeShape, context: ConversionContext): EmittedNode {
	const { node, scope } = placedNode;
	const inputs = fieldValues(placedNode, shape, context);
	const emitted: EmittedNode = {
		node: { inputs, class_type: node.type, _meta: { title: titleOf(placedNode, shape) } },
		sources: [],
		unresolved: [],
		promoted: [],
	};
	for (let index = 0; index < shape.slots.length; index++) {
		const slot = shape.slots[index];
		if (slot.linkId === undefined) continue;
		const found = context.resolver.resolve(scope, node, index);
		if (!found) emitted.unresolved.push(slot.name);
		else if (found.kind === 'link') {
			emitted.sources.push(found.id);
			define(inputs, slot.name, [found.id, found.slot]);
		} else {
			if (found.kind === 'promoted') emitted.promoted.push(slot.name);
			takeValue(placedNode.id, slot.name, found, inputs, context.markedInputs);
		}
	}
	for (const { field } of shape.placed?.fields ?? []) {
		if (!mayBeDrawn(field) || !Object.hasOwn(inputs, field.name)) continue;
		define(inputs, field.name, context.drawnSeeds.take(placedNode, field, inputs[field.name], shape));
	}
	return emitted;
}

/** Field values: from the subgraph instance, else from a primitive node, else from the node. */
function fieldValues(
	{ id, node, scope }: PlacedNode,
	shape: NodeShape,
	context: ConversionContext,
): Record<string, unknown> {
	const inputs: Record<string, unknown> = {};
	const pushed = context.primitives.pushesOf(scope.graph).get(node);
	const instance =
		scope.instance &&
		context.promotedWidgets.valuesOf(scope.instance.node, scope.instance.definition).byField;
	for (const { field, value } of shape.placed?.fields ?? []) {
		if (!field.sent) continue;
		const push = pushed?.get(field.name);
		if (push) context.markedInputs.addPrimitive(scope, push.primitive, id, field.name);
		const instanceValue =
			instance?.get(node.id)?.get(field.name) ?? (push && instance?.get(push.primitive.id)?.get('value'));
		const saved = migrateSamplerName(node.type, field.name, instanceValue ?? push?.value ?? value);
		define(inputs, field.name, toSent(saved, field.spec.shownAs));
	}
	for (const [name, value] of shape.placed?.others ?? []) define(inputs, name, toSent(value));
	return inputs;
}

function takeValue(
	id: string,
	name: string,
	found: Exclude<Resolved, { kind: 'link' }>,
	inputs: Record<string, unknown>,
	markedInputs: MarkedInputCollector,
): void {
	if (found.kind === 'promoted') markedInputs.addPromoted(found.scope, found.input, id, name);
	else markedInputs.addPrimitive(found.scope, found.push.primitive, id, name);
	define(inputs, name, toSent(found.kind === 'promoted' ? found.value : found.push.value));
}

function titleOf({ node }: PlacedNode, { definition }: NodeShape): string {
	return node.title ?? (definition?.display_name || node.type);
}

/** Wraps lists, because the server takes a list for a connection. */
function toSent(value: unknown, shownAs?: string): unknown {
	if (shownAs === 'CURVE' && value !== null && value !== undefined)
		return { __type__: 'CURVE', __value__: value };
	return Array.isArray(value) ? { __value__: value } : value;
}

/** Very old files have sampler names with the prefix `sample_`. */
function migrateSamplerName(type: string, name: string, value: unknown): unknown {
	const isSampler = (type === 'KSampler' || type === 'KSamplerAdvanced') && name === 'sampler_name';
	return isSampler && typeof value === 'string' && value.startsWith('sample_') ? value.slice(7) : value;
}

/** Sets a member with any name, `__proto__` included. Ignores undefined. */
export function define(target: Record<string, unknown>, name: string, value: unknown): void {
	if (value === undefined) return;
	// An assignment is ten times as fast; only this name has a setter.
	if (name !== '__proto__') target[name] = value;
	else Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
