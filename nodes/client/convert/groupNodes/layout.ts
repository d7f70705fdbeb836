import { type GroupData, type GroupNode, declaredOf, GroupNames } from './data';
import { fieldsOf } from '../widgets/fields';
import type { GroupField } from '../definitions';
import { isField, type InputSpec } from '../widgets/spec';
import type { ObjectInfo } from '../../objectInfo/types';

/** An input or output of a group node, and its inner counterpart. */
interface GroupPort {
	name: string;
	type: string;
	node: number;
	slot: number;
	/** Name of the inner input. */
	input: string;
}

/** Fields and sockets of a group node, in the editor's order. */
interface GroupLayout {
	fields: GroupField[];
	inputs: GroupPort[];
	outputs: GroupPort[];
}

/** Computes the fields and sockets that the editor gives a group node. */
export function layoutGroup(data: GroupData, objectInfo: ObjectInfo): GroupLayout {
	const layout: GroupLayout = { fields: [], inputs: [], outputs: [] };
	const later: Array<() => void> = [];
	const names = new GroupNames(data);
	for (const node of data.nodes) {
		const declared = declaredOf(node, data, objectInfo);
		if (!declared) continue;
		const sockets: InputSpec[] = [];
		for (const spec of declared.specs) {
			if (!isField(spec)) sockets.push(spec);
			else if (node.ui.inputs.some(({ name, widget }) => name === spec.name && widget === name)) {
				later.push(() => addConverted(layout, data, node, spec, names));
			} else {
				names.take(node, spec.name);
				layout.fields.push(...groupFields(node, spec));
			}
		}
		for (const [index, spec] of sockets.entries()) addSocket(layout, data, node, spec, index, names);
		addOutputs(layout, data, node, declared.outputs);
	}
	// The editor adds fields that are connected by a socket last.
	for (const add of later) add();
	return layout;
}

function groupFields(node: GroupNode, spec: InputSpec, port?: string): GroupField[] {
	const isSeed = spec.name === 'seed' || spec.name === 'noise_seed';
	const options = isSeed ? { ...spec.options, control_after_generate: true } : spec.options;
	return fieldsOf({ ...spec, options }).map((field) => ({
		node: node.index,
		field,
		...(port !== undefined && { port }),
	}));
}

function addSocket(
	layout: GroupLayout,
	data: GroupData,
	node: GroupNode,
	spec: InputSpec,
	index: number,
	names: GroupNames,
): void {
	const at = node.ui.inputs.findIndex(({ name }) => name === spec.name);
	const slot = at < 0 ? index : at;
	if (data.isFed(node.index, slot)) return;
	const name = names.take(node, spec.name);
	if (!data.isVisible(node.index, 'input', spec.name, true)) return;
	const input = node.ui.type === 'Reroute' ? (node.ui.inputs[0]?.name ?? '') : spec.name;
	layout.inputs.push({ name, type: spec.type, node: node.index, slot, input });
}

function addConverted(
	layout: GroupLayout,
	data: GroupData,
	node: GroupNode,
	spec: InputSpec,
	names: GroupNames,
): void {
	const slot = node.ui.inputs.findIndex(({ name }) => name === spec.name);
	if (data.isFed(node.index, slot)) return;
	const name = names.take(node, spec.name);
	layout.inputs.push({ name, type: spec.type, node: node.index, slot, input: spec.name });
	layout.fields.push(...groupFields(node, spec, name));
}

function addOutputs(layout: GroupLayout, data: GroupData, node: GroupNode, types: string[]): void {
	for (const [slot, type] of types.entries()) {
		if (!data.isVisible(node.index, 'output', String(slot), !data.isTaken(node.index, slot))) continue;
		layout.outputs.push({ name: type, type, node: node.index, slot, input: '' });
	}
}
