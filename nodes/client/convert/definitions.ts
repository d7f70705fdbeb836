import { addBroadcastLinks } from './broadcasts';
import { listOf, readGraph, toId, toType } from './readGraph';
import type { UiGraph, UiLink } from './types';
import type { Warnings } from './warnings';
import { textOf } from '../core/text';
import { isRecord } from '../core/guards';
import type { Field } from './widgets/fields';

/** Input or output of a subgraph, seen from inside. */
interface UiPort {
	name: string;
	type: string;
	label?: string;
	linkIds: string[];
}

/** A subgraph definition; nodes whose type is its id are its instances. */
export interface UiDefinition extends UiGraph {
	id: string;
	inputs: UiPort[];
	outputs: UiPort[];
	/** Id of the links' origin for inputs of the subgraph. */
	inputsId: string;
	/** Id of the links' target for outputs of the subgraph. */
	outputsId: string;
	/** Only for a group node: its fields in the order of their values. */
	groupFields?: GroupField[];
}

/** A field of a group node (the predecessor of subgraphs), and the inner field that it shows. */
export interface GroupField {
	/** Index of the inner node. */
	node: number;
	field: Field;
	/** Name of the group's input through which the field can be connected. */
	port?: string;
}

/** A workflow in the editor's format, with everything that could be read. */
export interface UiFile {
	root: UiGraph;
	definitions: Map<string, UiDefinition>;
	/** Saved by an editor before 1.46, in which all instances of a subgraph share their texts. */
	sharesTexts: boolean;
}

/**
 * All subgraphs of a workflow, nested ones included; a parent comes before its children.
 * @param isOld whether the file is of an editor before 1.16
 */
export function readDefinitions(
	root: Record<string, unknown>,
	isOld: boolean,
	warnings: Warnings,
): Map<string, UiDefinition> {
	const found = new Map<string, UiDefinition>();
	const pending = definitionsOf(root).reverse();
	for (let raw = pending.pop(); raw; raw = pending.pop()) {
		const id = toId(raw.id);
		pending.push(...definitionsOf(raw).reverse());
		if (!id || found.has(id)) continue;
		const name = typeof raw.name === 'string' && raw.name ? raw.name : id;
		const graph = readGraph(raw, name, warnings);
		addBroadcastLinks(graph, raw, isOld, warnings);
		found.set(id, {
			...graph,
			id,
			inputs: listOf(raw.inputs).flatMap(readPort),
			outputs: listOf(raw.outputs).flatMap(readPort),
			inputsId: panelId(raw.inputNode, '-10'),
			outputsId: panelId(raw.outputNode, '-20'),
		});
	}
	return found;
}

function definitionsOf(raw: Record<string, unknown>): Array<Record<string, unknown>> {
	const { definitions } = raw;
	return isRecord(definitions) ? listOf(definitions.subgraphs).filter(isRecord) : [];
}

function readPort(raw: unknown): UiPort[] {
	if (!isRecord(raw)) return [];
	const linkIds = listOf(raw.linkIds).flatMap((id) => toId(id) ?? []);
	return [
		{
			name: textOf(raw.name ?? ''),
			type: toType(raw.type),
			linkIds,
			...(typeof raw.label === 'string' && raw.label && { label: raw.label }),
		},
	];
}

const panelId = (raw: unknown, fallback: string) => (isRecord(raw) ? (toId(raw.id) ?? fallback) : fallback);

/** The inner link to an output of a subgraph. */
export function outputLink({ outputs, links, outputsId }: UiDefinition, slot: number): UiLink | undefined {
	for (const id of outputs[slot]?.linkIds ?? []) {
		const link = links.get(id);
		if (link) return link;
	}
	return [...links.values()].find((link) => link.targetId === outputsId && link.targetSlot === slot);
}
