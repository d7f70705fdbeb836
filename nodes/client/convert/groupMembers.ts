import type { GroupData, GroupNode } from './groupNodes/data';
import { fieldsOf } from './widgets/fields';
import { isField, readSpec, specsOf, type Spec } from './widgets/spec';
import { textOf } from '../core/text';
import { definitionOf } from '../catalogue/definitionOf';
import type { ObjectInfo } from '../objectInfo/types';

/** Inputs and outputs of an inner node, as far as it has any on the group node. */
export function declaredOf(
	node: GroupNode,
	data: GroupData,
	objectInfo: ObjectInfo,
): { specs: Spec[]; outputs: string[] } | undefined {
	const { type, outputs } = node.ui;
	const definition = definitionOf(type, objectInfo);
	if (definition) {
		const given = Array.isArray(definition.output) ? definition.output : [];
		return {
			specs: savedSpecs(node, specsOf(definition, type)),
			outputs: given.map((output) => (Array.isArray(output) ? 'COMBO' : textOf(output))),
		};
	}
	if (type === 'PrimitiveNode') return primitiveOf(node, data, objectInfo);
	if (type !== 'Reroute') return undefined;
	if (data.isFed(node.index, 0) && data.isTaken(node.index, 0)) return undefined;
	const passed = node.ui.inputs[0]?.type ?? outputs[0]?.type ?? '*';
	return { specs: [readSpec(passed, [passed, { forceInput: true }], false)], outputs: [passed] };
}

/** Fields that a class got after the group was made have no value in it. */
function savedSpecs({ ui }: GroupNode, specs: Spec[]): Spec[] {
	let left = Array.isArray(ui.values) ? ui.values.length : Number.MAX_SAFE_INTEGER;
	return specs.filter((spec) => {
		if (!isField(spec)) return true;
		left -= fieldsOf(spec).filter(({ saved }) => saved).length;
		return left >= 0;
	});
}

/** A primitive node shows the field that it is connected to. */
function primitiveOf(node: GroupNode, data: GroupData, objectInfo: ObjectInfo) {
	const link = data.links.find(({ from, fromSlot }) => from === node.index && fromSlot === 0);
	const target = link && data.nodes[link.to];
	const input = target?.ui.inputs[link?.toSlot ?? 0];
	const definition = target && definitionOf(target.ui.type, objectInfo);
	if (!target || !input || !definition) return undefined;
	const specs = specsOf(definition, target.ui.type);
	const spec = specs.find(({ name }) => name === (input.widget ?? input.name));
	if (!spec) return undefined;
	const isControlled = ['INT', 'FLOAT', 'COMBO'].includes(spec.type);
	const options = { ...spec.options, ...(isControlled && { control_after_generate: true }) };
	return { specs: [{ ...spec, name: 'value', options }], outputs: [spec.type] };
}
