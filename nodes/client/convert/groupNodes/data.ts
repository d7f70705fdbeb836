import { listOf, readNode } from '../readGraph';
import type { UiNode } from '../types';
import { isRecord } from '../../core/guards';

/** A connection between two nodes of a group. */
export interface GroupLink {
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

/** A group of nodes as `extra.groupNodes` has it. */
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
		// Outputs that are connected inside are shown outside only when something outside takes them too.
		for (const external of listOf(raw.external)) {
			if (Array.isArray(external) && external[2] != null) this.taken.delete(`${external[0]}/${external[1]}`);
		}
	}

	/** Whether an inner node is connected to an input. */
	isFed(node: number, slot: number): boolean {
		return this.fed.has(`${node}/${slot}`);
	}

	/** Whether only inner nodes take an output. */
	isTaken(node: number, slot: number): boolean {
		return this.taken.has(`${node}/${slot}`);
	}

	isVisible(node: number, kind: 'input' | 'output', name: string, usual: boolean): boolean {
		const { visible } = memberConfig(this.config, node, kind, name);
		return typeof visible === 'boolean' ? visible : usual;
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

/** What the author set for an input or output of a member. */
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
