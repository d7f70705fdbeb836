import { isLink, type ApiWorkflow } from '../core/ApiWorkflow';
import { isRecord } from '../core/guards';
import { textOf } from '../core/text';
import type { MarkedInput } from '../fields/WorkflowField';

/**
 * What the author of a workflow offers in App Mode, the form that the editor builds since 1.41. It is in
 * `extra.linearData`; see https://docs.comfy.org/interface/app-mode.
 */
export interface AppMode {
	/** Inputs in the author's order. */
	inputs: OfferedInput[];
	/** Ids of the nodes whose files the app shows. */
	outputs: string[];
}

interface OfferedInput {
	/** `57`, or `57:8` for a node inside a subgraph instance. */
	nodeId: string;
	name: string;
	/** The author's name for it, if there is one. */
	label?: string;
}

/** Newer editors write `graph id:node id:field name` in place of the node id. */
const FIELD_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}:(.+):([^:]+)$/i;

/** The same, for a node. */
const GRAPH_ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}:/i;

/** Reads what a workflow in the editor's format offers; empty when it has no App Mode. */
export function readAppMode(uiWorkflow: Record<string, unknown> | undefined): AppMode {
	const { extra } = uiWorkflow ?? {};
	const data = isRecord(extra) && isRecord(extra.linearData) ? extra.linearData : {};
	const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
	const inputs = list(data.inputs);
	const labels = inputs.length > 0 ? labelsOf(uiWorkflow) : new Map<string, string>();
	return {
		inputs: inputs.flatMap((entry) => {
			const [first, second]: unknown[] = list(entry);
			const [, inner, field] = FIELD_ID.exec(textOf(first ?? '')) ?? [];
			const nodeId = inner ?? textOf(first ?? '');
			const name = textOf(second ?? field ?? '');
			return nodeId && name ? [{ nodeId, name, label: labels.get(`${nodeId}/${name}`) }] : [];
		}),
		outputs: list(data.outputs).map((id) => textOf(id).replace(GRAPH_ID, '')),
	};
}

/** Names that the author gave inputs: `node id/field name` to label. */
function labelsOf(uiWorkflow: Record<string, unknown> | undefined): Map<string, string> {
	const labels = new Map<string, string>();
	for (const node of Array.isArray(uiWorkflow?.nodes) ? (uiWorkflow.nodes as unknown[]) : []) {
		if (!isRecord(node) || !Array.isArray(node.inputs)) continue;
		for (const input of node.inputs.filter(isRecord)) {
			const field = isRecord(input.widget) ? input.widget.name : input.name;
			if (typeof input.label === 'string' && input.label.trim() !== '')
				labels.set(`${textOf(node.id ?? '')}/${textOf(field ?? '')}`, input.label.trim());
		}
	}
	return labels;
}

/** Finds the inputs behind a field that is not in the prompt: of a primitive node, or of a subgraph instance. */
export type FindMarked = (nodeId: string, name: string) => MarkedInput | undefined;

/**
 * The offered inputs that a converted workflow has, in the author's order.
 * @param find finds the inputs behind primitive nodes and subgraph instances
 */
export function offeredInputs({ inputs }: AppMode, prompt: ApiWorkflow, find?: FindMarked): MarkedInput[] {
	const names = inputs.map(({ name, label }) => label ?? name);
	return inputs.flatMap(({ nodeId, name, label }): MarkedInput[] => {
		const marked = find?.(nodeId, name);
		const id = marked ? undefined : nodeWith(prompt, nodeId, name);
		const targets = marked?.targets ?? (id === undefined ? [] : [{ nodeId: id, input: name }]);
		if (targets.length === 0) return [];
		const own = label ?? marked?.label ?? name;
		const isRepeated = names.filter((other) => other === own).length > 1;
		const title = prompt[targets[0].nodeId]?._meta?.title;
		return [{ label: isRepeated && title ? `${own} · ${title}` : own, from: 'app', targets }];
	});
}

/** The node with a value for the input; older editors named a node in a subgraph by its inner id only. */
function nodeWith(prompt: ApiWorkflow, nodeId: string, name: string): string | undefined {
	const hasValue = (id: string) =>
		Object.hasOwn(prompt, id) && Object.hasOwn(prompt[id].inputs, name) && !isLink(prompt[id].inputs[name]);
	if (hasValue(nodeId)) return nodeId;
	const inner = Object.keys(prompt).filter((id) => id.endsWith(`:${nodeId}`) && hasValue(id));
	return inner.length === 1 ? inner[0] : undefined;
}

/** Ids of the offered output nodes that a converted workflow has, also inside subgraphs. */
export function offeredOutputs({ outputs }: AppMode, prompt: ApiWorkflow): string[] {
	return [...new Set(outputs.flatMap((id) => outputsNamed(prompt, id)))];
}

/** The node of an id or path; else the one inside a subgraph with this inner id; else those inside this instance. */
function outputsNamed(prompt: ApiWorkflow, id: string): string[] {
	if (id === '') return [];
	if (Object.hasOwn(prompt, id)) return [id];
	const ids = Object.keys(prompt);
	const inner = ids.filter((other) => other.endsWith(`:${id}`));
	return inner.length === 1 ? inner : ids.filter((other) => other.startsWith(`${id}:`));
}
