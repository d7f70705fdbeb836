import { isLink, nameNode, titleOf, type ApiNode, type ApiWorkflow } from '../core/ApiWorkflow';
import { isRecord } from '../core/guards';
import { tidy } from '../core/text';
import { definitionOf, type InputSpec, type NodeDefinition, type ObjectInfo } from './types';

/** By what a server replaces a node type that it no longer has (`GET /node_replacements`, ComfyUI 0.14 and later). */
export interface NodeReplacement {
	newType: string;
	/** Names of the fields of the old type, in the order of their values. */
	oldFields?: string[];
	/** Inputs of the new type: taken from an input of the old type, or set to a value. Missing: all inputs stay. */
	inputs?: Array<{ to: string; from?: string; value?: unknown }>;
	/** Indexes of outputs that change. */
	outputs?: Array<{ from: number; to: number }>;
}

/** Replacements by the old node type. */
export type NodeReplacements = ReadonlyMap<string, NodeReplacement>;

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Reads the answer of the server. Like the server, it uses the first replacement of a type. */
export function readReplacements(answer: unknown): NodeReplacements {
	const found = new Map<string, NodeReplacement>();
	for (const [oldType, list] of Object.entries(isRecord(answer) ? answer : {})) {
		const [first] = listOf(list);
		if (!isRecord(first) || typeof first.new_node_id !== 'string') continue;
		const {
			new_node_id: newType,
			old_widget_ids: fields,
			input_mapping: inputs,
			output_mapping: outputs,
		} = first;
		found.set(oldType, {
			newType,
			...(Array.isArray(fields) && { oldFields: fields.filter((name) => typeof name === 'string') }),
			...(Array.isArray(inputs) && { inputs: inputs.flatMap(readInput) }),
			...(Array.isArray(outputs) && { outputs: outputs.flatMap(readOutput) }),
		});
	}
	return found;
}

function readInput(row: unknown): NonNullable<NodeReplacement['inputs']> {
	if (!isRecord(row) || typeof row.new_id !== 'string') return [];
	if ('set_value' in row) return [{ to: row.new_id, value: row.set_value }];
	return typeof row.old_id === 'string' ? [{ to: row.new_id, from: row.old_id }] : [];
}

function readOutput(row: unknown): NonNullable<NodeReplacement['outputs']> {
	if (!isRecord(row) || typeof row.old_idx !== 'number' || typeof row.new_idx !== 'number') return [];
	return [{ from: row.old_idx, to: row.new_idx }];
}

/** The replacements for node types that are not installed, and whose new type is. */
export function usableReplacements(
	nodeTypes: readonly string[],
	replacements: NodeReplacements,
	objectInfo: ObjectInfo,
): NodeReplacements {
	return new Map(
		[...replacements].filter(
			([oldType, { newType }]) =>
				nodeTypes.includes(oldType) &&
				!definitionOf(oldType, objectInfo) &&
				definitionOf(newType, objectInfo),
		),
	);
}

/**
 * The node types with definitions for the old types, so that nodes of these can be read from the editor's format: the
 * fields have the names and the order of the replacement.
 * @param replacements whose new types are all installed
 */
export function withOldTypes(objectInfo: ObjectInfo, replacements: NodeReplacements): ObjectInfo {
	const added = [...replacements].map(([oldType, replacement]): [string, NodeDefinition] => [
		oldType,
		oldDefinition(oldType, replacement, definitionOf(replacement.newType, objectInfo) ?? {}),
	]);
	return { ...objectInfo, ...Object.fromEntries(added) };
}

function oldDefinition(
	name: string,
	{ oldFields, inputs, outputs }: NodeReplacement,
	current: NodeDefinition,
): NodeDefinition {
	const specs: Record<string, InputSpec> = { ...current.input?.required, ...current.input?.optional };
	const specOf = (from: string): InputSpec | undefined => {
		const to = inputs ? inputs.find((input) => input.from === from)?.to : from;
		return to !== undefined && Object.hasOwn(specs, to) ? specs[to] : undefined;
	};
	const names = inputs ? inputs.flatMap(({ from }) => from ?? []) : Object.keys(specs);
	const fields = oldFields ?? [];
	const input = [...fields, ...names.filter((one) => !fields.includes(one))].map(
		(one): [string, InputSpec] => [one, specOf(one) ?? (fields.includes(one) ? ['STRING'] : ['*'])],
	);
	const types = Array.isArray(current.output) ? current.output : [];
	const output = types.map((type, index) => {
		const moved = outputs?.find(({ from }) => from === index);
		return moved ? (types[moved.to] ?? type) : type;
	});
	return {
		...current,
		name,
		display_name: name,
		input: { optional: Object.fromEntries(input) },
		input_order: undefined,
		output,
	};
}

/**
 * Replaces nodes of old types, as the server does before it checks a workflow. Where a replacement names no inputs, all of
 * them stay; the server would lose them.
 * @returns a copy, and one sentence for each replaced node
 */
export function replaceNodes(
	workflow: ApiWorkflow,
	replacements: NodeReplacements,
): { workflow: ApiWorkflow; remarks: string[] } {
	const replaced = Object.entries(workflow).flatMap(([id, node]) => {
		const replacement = replacements.get(node.class_type);
		return replacement ? [{ id, node, replacement }] : [];
	});
	if (replaced.length === 0) return { workflow, remarks: [] };
	const changed: ApiWorkflow = { ...workflow };
	for (const { id, node, replacement } of replaced) {
		changed[id] = { ...node, class_type: replacement.newType, inputs: mapInputs(node, replacement) };
	}
	const moved = new Map(
		replaced.flatMap(({ id, replacement }) => (replacement.outputs ? [[id, replacement.outputs]] : [])),
	);
	for (const [id, node] of Object.entries(changed)) {
		const inputs = Object.entries(node.inputs).map(([name, value]): [string, unknown] => {
			const to = isLink(value) ? moved.get(value[0])?.find(({ from }) => from === value[1])?.to : undefined;
			return [name, isLink(value) && to !== undefined ? [value[0], to] : value];
		});
		changed[id] = { ...node, inputs: Object.fromEntries(inputs) };
	}
	const remarks = replaced.map(({ id, node, replacement }) => {
		const name = tidy(nameNode(id, titleOf(workflow, id), node.class_type), 160);
		return `${name} has a type that the server no longer has. The server's replacement ${tidy(replacement.newType, 80)} is used.`;
	});
	return { workflow: changed, remarks };
}

function mapInputs({ inputs }: ApiNode, replacement: NodeReplacement): ApiNode['inputs'] {
	if (!replacement.inputs) return { ...inputs };
	return Object.fromEntries(
		replacement.inputs.flatMap(({ to, from, value }): Array<[string, unknown]> => {
			if (from === undefined) return [[to, value]];
			return Object.hasOwn(inputs, from) ? [[to, inputs[from]]] : [];
		}),
	);
}
