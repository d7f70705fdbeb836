import { titleOf, type ApiNode, type ApiWorkflow } from '../core/ApiWorkflow';
import { isMemberOf, listInputs, withVariants, type NodeInput } from './inputs';
import { isRecord } from '../core/guards';
import { type NodeDefinition, type ObjectInfo, definitionOf } from './types';

/** A node whose type is installed, and the inputs that its type has for its values. */
export interface KnownNode {
	nodeId: string;
	node: ApiNode;
	definition: NodeDefinition;
	inputs: NodeInput[];
	workflow: ApiWorkflow;
}

/** The nodes of a workflow whose types are installed, by id. */
export function knownNodes(workflow: ApiWorkflow, objectInfo: ObjectInfo): Map<string, KnownNode> {
	const listed = new Map<string, NodeInput[]>(); // thousands of nodes may share a type with thousands of choices
	const known = new Map<string, KnownNode>();
	for (const [nodeId, node] of Object.entries(workflow)) {
		const type = node.class_type;
		const definition = definitionOf(type, objectInfo);
		if (!definition) continue;
		const inputs = listed.get(type) ?? listInputs(definition);
		listed.set(type, inputs);
		known.set(nodeId, { nodeId, node, definition, workflow, inputs: inputsOf(inputs, node.inputs) });
	}
	return known;
}

/** The inputs of the type, of the selected choices, and the members of groups that have a value. */
function inputsOf(listed: NodeInput[], values: Record<string, unknown>): NodeInput[] {
	const active = withVariants(listed, values);
	const groups = active.filter(({ members }) => members);
	if (groups.length === 0) return active;
	const members = Object.keys(values)
		.filter((name) => groups.some((group) => isMemberOf(group, name)))
		.map((name): NodeInput => ({ name, required: false, type: '*', kind: 'connection' }));
	return [...active, ...members];
}

/** How findings name a node. */
export function foundNode(workflow: ApiWorkflow, nodeId: string): FoundNode {
	const nodeType = workflow[nodeId].class_type;
	return { nodeId, nodeTitle: titleOf(workflow, nodeId) ?? nodeType, nodeType };
}

/** How findings name an input of a node. */
export function placeOf({ nodeId, workflow }: KnownNode, input: string): Place {
	return { ...foundNode(workflow, nodeId), input };
}

/** Unwraps `{"__value__": [...]}`, which marks a list as a value; a bare list is a connection. */
export function unwrapped(value: unknown): unknown {
	return isRecord(value) && Object.hasOwn(value, '__value__') ? value.__value__ : value;
}

/** A value as plain JSON for a report: long integers as text; null for what JSON cannot hold. */
export function asJson(value: unknown): unknown {
	if (typeof value !== 'object' && typeof value !== 'number') return value;
	return JSON.parse(JSON.stringify(value)) as unknown;
}

/**
 * Whether a node comes from an extension. Extensions can change what the server takes in ways that the
 * catalogue does not tell: texts that equal every type, outputs without end, inputs of any name.
 */
export function isExtension(definition: NodeDefinition): boolean {
	return typeof definition.python_module === 'string' && definition.python_module.startsWith('custom_nodes');
}

/** A node as findings name it. */
export interface FoundNode {
	nodeId: string;
	nodeTitle: string;
	nodeType: string;
}

/** Where in a workflow something was found. */
export interface Place extends FoundNode {
	input: string;
}
