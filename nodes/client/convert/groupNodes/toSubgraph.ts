import type { UiDefinition, UiFile } from '../definitions';
import { GroupData } from './data';
import { layoutGroup } from './layout';
import type { UiInput, UiLink } from '../types';
import { isRecord } from '../../core/guards';
import type { ObjectInfo } from '../../objectInfo/types';

const GROUP_TYPE = /^workflow[>/](.+)$/s;

/**
 * Converts group nodes, the predecessor of subgraphs, to subgraphs. The inner ids are indices, as in the editor.
 * @param groups `extra.groupNodes` of the workflow
 */
export function convertGroups(file: UiFile, groups: Record<string, unknown>, objectInfo: ObjectInfo): void {
	for (const graph of [file.root, ...file.definitions.values()]) {
		for (const { type } of graph.nodes.values()) {
			const name = GROUP_TYPE.exec(type)?.[1];
			if (name === undefined || file.definitions.has(type) || !Object.hasOwn(groups, name)) continue;
			const raw = groups[name];
			if (isRecord(raw)) file.definitions.set(type, toDefinition(type, name, raw, objectInfo));
		}
	}
}

function toDefinition(
	id: string,
	name: string,
	raw: Record<string, unknown>,
	objectInfo: ObjectInfo,
): UiDefinition {
	const data = new GroupData(raw);
	const { fields, inputs, outputs } = layoutGroup(data, objectInfo);
	const links = new Map<string, UiLink>();
	const connect = (linkId: string, link: Omit<UiLink, 'id'>, input?: UiInput) => {
		links.set(linkId, { id: linkId, ...link });
		if (input) input.linkId = linkId;
	};
	for (const [index, { from, fromSlot, to, toSlot }] of data.links.entries()) {
		const ends = { originId: String(from), originSlot: fromSlot, targetId: String(to), targetSlot: toSlot };
		connect(`inner ${index}`, ends, data.nodes[to].ui.inputs[toSlot]);
	}
	for (const [index, port] of inputs.entries()) {
		const ends = { originId: '-10', originSlot: index, targetId: String(port.node), targetSlot: port.slot };
		connect(`in ${index}`, ends, inputOf(data, port.node, port.input, port.type));
	}
	for (const [index, port] of outputs.entries()) {
		const ends = { originId: String(port.node), originSlot: port.slot, targetId: '-20', targetSlot: index };
		connect(`out ${index}`, ends);
	}
	return {
		id,
		name,
		nodes: new Map(data.nodes.map(({ ui }) => [ui.id, ui])),
		links,
		inputs: inputs.map((port, index) => ({ name: port.name, type: port.type, linkIds: [`in ${index}`] })),
		outputs: outputs.map((port, index) => ({ name: port.name, type: port.type, linkIds: [`out ${index}`] })),
		inputsId: '-10',
		outputsId: '-20',
		groupFields: fields,
	};
}

/** The inner input of a port; the file omits inputs without a connection. */
function inputOf(data: GroupData, node: number, name: string, type: string): UiInput {
	const { inputs } = data.nodes[node].ui;
	const known = inputs.find((input) => input.name === name);
	if (known) return known;
	const added: UiInput = { name, type };
	inputs.push(added);
	return added;
}
