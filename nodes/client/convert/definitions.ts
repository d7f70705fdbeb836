import type { GroupField } from './groupNodes/layout';
import { listOf, readGraph, toId, toType } from './readGraph';
import type { UiGraph, UiLink } from './types';
import type { Warnings } from './warnings';
import { textOf } from '../core/text';
import { isRecord } from '../core/guards';

/** Input or output of a subgraph, as its inside sees it. */
interface UiPort {
	name: string;
	type: string;
	label?: string;
	linkIds: string[];
}

/** The inside of a subgraph; nodes whose type is its id are instances of it. */
export interface UiDefinition extends UiGraph {
	id: string;
	inputs: UiPort[];
	outputs: UiPort[];
	/** Links that start at this id come from the inputs. */
	inputsId: string;
	/** Links that end at this id go to the outputs. */
	outputsId: string;
	/** Of a group node of old: its fields in the order of their values. */
	groupFields?: GroupField[];
}

/** All subgraphs of a workflow, those inside others too; a parent stands before its own. */
export function readDefinitions(
	root: Record<string, unknown>,
	warnings: Warnings,
): Map<string, UiDefinition> {
	const found = new Map<string, UiDefinition>();
	const pending = definitionsOf(root).reverse();
	for (let raw = pending.pop(); raw; raw = pending.pop()) {
		const id = toId(raw.id);
		pending.push(...definitionsOf(raw).reverse());
		if (!id || found.has(id)) continue;
		const name = typeof raw.name === 'string' && raw.name ? raw.name : id;
		found.set(id, {
			...readGraph(raw, name, warnings),
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

const panelId = (raw: unknown, usual: string) => (isRecord(raw) ? (toId(raw.id) ?? usual) : usual);

/** The link that leads to an output of a subgraph from inside. */
export function outputLink({ outputs, links, outputsId }: UiDefinition, slot: number): UiLink | undefined {
	for (const id of outputs[slot]?.linkIds ?? []) {
		const link = links.get(id);
		if (link) return link;
	}
	return [...links.values()].find((link) => link.targetId === outputsId && link.targetSlot === slot);
}
