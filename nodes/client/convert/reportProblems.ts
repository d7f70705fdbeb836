import { listed, show } from '../core/text';
import { isLink, type ApiWorkflow } from '../core/ApiWorkflow';
import type { EmittedNode } from './emitNode';
import type { PlacedNode } from './subgraphs/flatten';
import type { NodeShape, NodeShapes } from './nodeShapes';
import type { Warnings } from './warnings';
import { isRecord } from '../core/guards';
import type { NodeDefinition } from '../objectInfo/types';

/** Warns about one converted node: missing inputs and values that do not fit. */
export function reportNodeProblems(
	{ id, node }: PlacedNode,
	shape: NodeShape,
	emitted: EmittedNode,
	warnings: Warnings,
): void {
	for (const name of requiredOf(shape.definition)) {
		if (Object.hasOwn(emitted.node.inputs, name)) continue;
		const why = emitted.unresolved.includes(name) ? 'has a connection without a source' : 'is not connected';
		warnings.add('required-input', id, node, `needs "${name}", which ${why}.`);
	}
	const nulls = unlinked(shape.placed?.nulls ?? [], emitted.node.inputs);
	if (nulls.length > 0) {
		warnings.add(
			'null-value',
			id,
			node,
			`has no value for ${listed(nulls.map((name) => show(name)))}; the default is used.`,
		);
	}
	if (shape.placed?.isByName) {
		const text = 'was saved with another version of its class; its values are assigned by name.';
		warnings.add('values-by-name', id, node, text);
	}
	const lacking = shape.placed?.lacking ?? 0;
	if (lacking < 0 && Array.isArray(node.values) && node.values.slice(lacking).some(isMeaningful)) {
		warnings.add(
			'values-left',
			id,
			node,
			`has ${-lacking} value(s) more than its class has fields; they are ignored.`,
		);
	}
}

/** The inputs that have no connection. */
const unlinked = (names: string[], inputs: Record<string, unknown>) =>
	names.length === 0 ? names : names.filter((name) => !isLink(inputs[name]));

/** Warns about the whole workflow. */
export function reportWorkflowProblems(
	prompt: ApiWorkflow,
	placedNodes: PlacedNode[],
	nodeShapes: NodeShapes,
	warnings: Warnings,
): void {
	const older = placedNodes.filter(
		({ id, node }) => Object.hasOwn(prompt, id) && (nodeShapes.of(node).placed?.lacking ?? 0) > 0,
	);
	if (older.length > 0) {
		warnings.addGeneral(
			'values-missing',
			`${older.length} node(s) have fewer values than their classes have fields today; the defaults are used.`,
		);
	}
	if (!hasOutputNode(prompt, placedNodes, nodeShapes)) {
		warnings.addGeneral(
			'no-output',
			'No node of this workflow saves or shows anything, so ComfyUI will refuse to run it.',
		);
	}
}

/** Whether a converted workflow has a node whose output the server keeps; without one it refuses to run. */
export function hasOutputNode(
	prompt: ApiWorkflow,
	placedNodes: PlacedNode[],
	nodeShapes: NodeShapes,
): boolean {
	return placedNodes.some(
		({ id, node }) => Object.hasOwn(prompt, id) && nodeShapes.of(node).definition?.output_node === true,
	);
}

/**
 * Removes connections to nodes that are not in the prompt.
 * @param targets ids of all nodes that something is connected to
 */
export function dropDangling(prompt: ApiWorkflow, targets: ReadonlySet<string>): void {
	if ([...targets].every((id) => Object.hasOwn(prompt, id))) return;
	for (const { inputs } of Object.values(prompt)) {
		for (const [name, value] of Object.entries(inputs)) {
			if (isLink(value) && !Object.hasOwn(prompt, value[0])) delete inputs[name];
		}
	}
}

const requiredNames = new WeakMap<NodeDefinition, string[]>();

/** Names of the inputs that a class needs; computed once per definition. */
function requiredOf(definition: NodeDefinition | undefined): string[] {
	if (!definition) return [];
	const known = requiredNames.get(definition);
	if (known) return known;
	const required = definition.input?.required;
	const names = Object.entries(isRecord(required) ? required : {}).flatMap(([name, spec]) =>
		Array.isArray(spec) && spec[0] === 'COMFY_AUTOGROW_V3' ? [] : name,
	);
	requiredNames.set(definition, names);
	return names;
}

/** Values of buttons and players carry no information. */
const isMeaningful = (value: unknown) => value !== null && value !== '' && value !== 'image';
