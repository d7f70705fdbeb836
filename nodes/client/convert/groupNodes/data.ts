import { listOf, readNode } from '../readGraph';
import type { UiNode } from '../types';
import { isRecord } from '../../core/guards';
import { fieldsOf } from '../widgets/fields';
import { isField, readSpec, specsOf, type InputSpec } from '../widgets/spec';
import { textOf } from '../../core/text';
import { type ObjectInfo, definitionOf } from '../../objectInfo/types';

/** A connection between two nodes of a group. */
interface GroupLink {
	from: number;
	fromSlot: number;
	to: number;
	toSlot: number;
}

/** A node of a group; its id inside is its index. */
export interface GroupNode {
	index: number;
	ui: UiNode;
}

/** A group node's definition, as in `extra.groupNodes`. */
export class GroupData {
	readonly nodes: GroupNode[];
	readonly links: GroupLink[];
	private readonly config: unknown;
	private readonly fed: Set<string>;
	private readonly taken: Set<string>;

	constructor(raw: Record<string, unknown>) {
		this.config = raw.config;
		this.nodes = listOf(raw.nodes).map((node, index) => this.readMember(node, index));
		this.links = listOf(raw.links).flatMap((link) => readLink(link, this.nodes.length));
		this.fed = new Set(this.links.map(({ to, toSlot }) => `${to}/${toSlot}`));
		this.taken = new Set(this.links.map(({ from, fromSlot }) => `${from}/${fromSlot}`));
		// An output that is connected inside is shown outside only when something outside uses it too.
		for (const external of listOf(raw.external)) {
			if (Array.isArray(external) && external[2] != null) this.taken.delete(`${external[0]}/${external[1]}`);
		}
	}

	/** Whether an inner node is connected to an input. */
	isFed(node: number, slot: number): boolean {
		return this.fed.has(`${node}/${slot}`);
	}

	/** Whether only inner nodes use an output. */
	isTaken(node: number, slot: number): boolean {
		return this.taken.has(`${node}/${slot}`);
	}

	isVisible(node: number, kind: 'input' | 'output', name: string, fallback: boolean): boolean {
		const { visible } = memberConfig(this.config, node, kind, name);
		return typeof visible === 'boolean' ? visible : fallback;
	}

	private readMember(raw: unknown, index: number): GroupNode {
		const ui = readNode(isRecord(raw) ? { ...raw, id: index } : { id: index, type: '' });
		const node = ui ?? {
			id: String(index),
			type: '',
			mode: 0,
			inputs: [],
			outputs: [],
			values: [],
			properties: {},
		};
		return { index, ui: { ...node, inputs: node.inputs.map((input) => ({ ...input, linkId: undefined })) } };
	}

	/** The name that the author gave an input of the group. */
	labelOf(node: number, input: string): string | undefined {
		const { name } = memberConfig(this.config, node, 'input', input);
		return typeof name === 'string' ? name : undefined;
	}
}

/** `[from, slot, to, slot, ...]`; links from outside the group have no source. */
function readLink(raw: unknown, count: number): GroupLink[] {
	if (!Array.isArray(raw) || raw[0] === null) return [];
	const [from, fromSlot, to, toSlot] = raw.map(Number);
	const isInside = (index: number) => Number.isInteger(index) && index >= 0 && index < count;
	return isInside(from) && isInside(to) ? [{ from, fromSlot: fromSlot || 0, to, toSlot: toSlot || 0 }] : [];
}

/** The author's settings for an input or output of an inner node. */
function memberConfig(
	config: unknown,
	index: number,
	kind: 'input' | 'output',
	name: string,
): Record<string, unknown> {
	const node = isRecord(config)
		? config[index]
		: Array.isArray(config)
			? (config[index] as unknown)
			: undefined;
	const members = isRecord(node) ? node[kind] : undefined;
	const member = isRecord(members) && Object.hasOwn(members, name) ? members[name] : undefined;
	return isRecord(member) ? member : {};
}

/** Inputs and outputs of an inner node that the group node can show. */
export function declaredOf(
	node: GroupNode,
	data: GroupData,
	objectInfo: ObjectInfo,
): { specs: InputSpec[]; outputs: string[] } | undefined {
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

/** Removes fields that the class got after the group was saved; the group has no values for them. */
function savedSpecs({ ui }: GroupNode, specs: InputSpec[]): InputSpec[] {
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

/** Makes unique names as the editor does: a name that is taken gets the inner node's title as prefix. */
export class GroupNames {
	private readonly seen = new Map<string, number>();

	constructor(private readonly data: GroupData) {}

	take({ ui, index }: GroupNode, input: string): string {
		let key = this.data.labelOf(index, input) ?? ui.inputs.find(({ name }) => name === input)?.label ?? input;
		let name = key;
		if ((ui.type === 'PrimitiveNode' && ui.title) || this.seen.has(name)) {
			const prefix = `${ui.title ?? ui.type} `;
			key = name = prefix + input;
			if (this.seen.has(name)) name = `${prefix}${this.seen.get(name) ?? index} ${input}`;
		}
		this.seen.set(key, (this.seen.get(key) ?? 1) + 1);
		return name;
	}
}
