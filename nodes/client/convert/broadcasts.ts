import { isRecord } from '../core/guards';
import { textOf } from '../core/text';
import { BYPASSED, isActive, type UiGraph, type UiInput, type UiNode } from './types';
import type { Warnings } from './warnings';

/**
 * Nodes of Use Everywhere (cg-use-everywhere) connect other nodes without links. The rules are those of version 7.8;
 * older files are read as that version upgrades them.
 */

/** What one broadcast sends, and which inputs it may go to. */
interface Broadcast {
	controller: UiNode;
	type: string;
	originId: string;
	originSlot: number;
	priority: number;
	/** Ids of the nodes it is restricted to. */
	restrictedTo?: Set<string>;
	matchesTitle(title: string): boolean;
	matchesInput(name: string): boolean;
	/** A rule for a node that sends the same type several times. */
	matchesRepeated?(name: string, title: string): boolean;
	stringToCombo: boolean;
	sendToAny: boolean;
}

/** An input that a broadcast can connect. */
interface Receiver {
	id: string;
	title: string;
	slot: number;
	input: UiInput;
}

type Raw = Record<string, unknown>;

const recordOf = (value: unknown): Raw => (isRecord(value) ? value : {});
const listIn = (raw: Raw, name: string): unknown[] => (Array.isArray(raw[name]) ? raw[name] : []);

/** Whether a node type is one of Use Everywhere. */
const isBroadcastType = (type: string): boolean =>
	type.startsWith('Anything Everywhere') || type === 'Prompts Everywhere' || type === 'Seed Everywhere';

const canBroadcast = (node: UiNode) => isBroadcastType(node.type) || Boolean(node.properties.ue_convert);

/**
 * Adds the links that broadcasts make to a graph: those that the file lists (`extra.ue_links`), else those that
 * follow from the rules of the nodes.
 * @param raw the graph in the file; has positions, colours and groups
 * @param isOld whether the file is of an editor before 1.16, in which an input with a field was always shown
 */
export function addBroadcastLinks(graph: UiGraph, raw: Raw, isOld: boolean, warnings: Warnings): void {
	const senders = [...graph.nodes.values()].filter((node) => isActive(node) && canBroadcast(node));
	const listed = listIn(recordOf(raw.extra), 'ue_links').filter(isRecord);
	if (listed.length > 0) {
		const ports = openPortsOf(graph, raw);
		for (const link of listed) addListedLink(graph, link, ports);
		return;
	}
	if (senders.length === 0) return;
	const place = new Places(raw);
	const broadcasts = senders.flatMap((node) => broadcastsOf(node, graph, raw, place));
	const used = new Set<UiNode>();
	for (const receiver of [...receiversOf(graph, isOld), ...openPortsOf(graph, raw)]) {
		const matching = broadcasts.filter((broadcast) => matches(broadcast, receiver));
		const top = Math.max(...matching.map(({ priority }) => priority));
		const best = matching.filter(({ priority }) => priority === top);
		if (best.length === 1) {
			connect(graph, receiver, best[0].originId, best[0].originSlot);
			used.add(best[0].controller);
		} else if (best.length > 1) warnAmbiguous(receiver, best, graph, warnings);
	}
	for (const node of senders.filter((sender) => isBroadcastType(sender.type) && !used.has(sender))) {
		warnings.add('broadcast', node.id, node, 'sends nothing: no unconnected input of a node matches it.');
	}
}

function warnAmbiguous({ id, input }: Receiver, best: Broadcast[], graph: UiGraph, warnings: Warnings): void {
	const node = graph.nodes.get(id);
	if (!node) return;
	const senders = [...new Set(best.map(({ controller }) => controller.id))].join(', ');
	const text = `has an input "${input.name}" that several broadcasts match (nodes ${senders}), so it is not connected.`;
	warnings.add('broadcast-ambiguous', id, node, text);
}

function connect(graph: UiGraph, { id, slot, input }: Receiver, originId: string, originSlot: number): void {
	const linkId = `broadcast ${id}/${slot}`;
	graph.links.set(linkId, { id: linkId, originId, originSlot, targetId: id, targetSlot: slot });
	input.linkId = linkId;
}

/** @param ports outputs of the subgraph without a link; a listed link counts only these */
function addListedLink(graph: UiGraph, link: Raw, ports: Receiver[]): void {
	const id = textOf(link.downstream ?? '');
	const slot = Number(link.downstream_slot);
	const originId = textOf(link.upstream ?? '');
	const input = graph.nodes.get(id)?.inputs[slot];
	const receiver = id === OUTPUTS ? ports[slot] : input && { id, title: '', slot, input };
	const isKnown = graph.nodes.has(originId) || originId === INPUTS;
	if (!receiver || !isKnown || isConnected(graph, receiver.input)) return;
	connect(graph, receiver, originId, Number(link.upstream_slot) || 0);
}

/** Ids of the inputs and of the outputs of a subgraph in its links. */
const INPUTS = '-10';
const OUTPUTS = '-20';

/** Outputs of a subgraph that nothing inside is connected to; empty for the workflow itself. */
function openPortsOf(graph: UiGraph, raw: Raw): Receiver[] {
	return listIn(raw, 'outputs').flatMap((port, slot): Receiver[] => {
		if (!isRecord(port)) return [];
		const linkIds = listIn(port, 'linkIds').map(textOf);
		const isLinked =
			linkIds.some((id) => graph.links.has(id)) ||
			[...graph.links.values()].some((link) => link.targetId === OUTPUTS && link.targetSlot === slot);
		if (isLinked) return [];
		const label = typeof port.label === 'string' && port.label ? { label: port.label } : {};
		const input: UiInput = { name: textOf(port.name ?? ''), type: textOf(port.type ?? '*'), ...label };
		return [{ id: OUTPUTS, title: 'subgraph output node', slot, input }];
	});
}

/** Unconnected inputs of nodes that run and do not broadcast. */
function receiversOf(graph: UiGraph, isOld: boolean): Receiver[] {
	return [...graph.nodes.values()].flatMap((node) => {
		if (!isActive(node) || isBroadcastType(node.type) || node.properties.rejects_ue_links) return [];
		return node.inputs.flatMap((input, slot): Receiver[] => {
			if (!isConnectable(node, input, isOld) || isConnected(graph, input)) return [];
			return [{ id: node.id, title: node.title ?? node.type, slot, input }];
		});
	});
}

function isConnectable({ properties }: UiNode, { name, widget }: UiInput, isOld: boolean): boolean {
	const own = recordOf(properties.ue_properties);
	if (widget === undefined) return !recordOf(own.input_ue_unconnectable)[name];
	const shown = recordOf(own.widget_ue_connectable ?? properties.widget_ue_connectable);
	return Boolean(shown[name]) || (isOld && !Object.hasOwn(shown, name));
}

/** Whether a link leads to a node that is not bypassed. */
function isConnected(graph: UiGraph, { linkId, type }: UiInput): boolean {
	return linkId !== undefined && sourceOf(graph, linkId, type) !== undefined;
}

/** The end of a link, seen through bypassed nodes by type. */
function sourceOf(graph: UiGraph, linkId: string, type: string): { id: string; slot: number } | undefined {
	let link = graph.links.get(linkId);
	for (const visited = new Set<string>(); link && !visited.has(link.id); ) {
		visited.add(link.id);
		const node = graph.nodes.get(link.originId);
		if (node?.mode !== BYPASSED) return { id: link.originId, slot: link.originSlot };
		const passed: string = node.outputs[link.originSlot]?.type ?? type;
		const atSlot = node.inputs[link.originSlot];
		const input = atSlot?.type === passed ? atSlot : node.inputs.find((item) => item.type === passed);
		link = input?.linkId === undefined ? undefined : graph.links.get(input.linkId);
	}
	return undefined;
}

/** One thing that a node can send: an input that is connected, or an output of its own. */
interface Sent {
	name: string;
	type: string;
	originId: string;
	originSlot: number;
}

function broadcastsOf(controller: UiNode, graph: UiGraph, raw: Raw, places: Places): Broadcast[] {
	const rules = rulesOf(controller);
	const isSeed = controller.type === 'Seed Everywhere' || Boolean(rules.seed_inputs);
	const sent = isSeed ? [outputOf(controller, 0, 'INT')] : sentBy(controller, graph, raw, rules);
	const repeated = new Set(sent.map(({ type }) => type).filter((type, at, all) => all.indexOf(type) !== at));
	const [title, input, group] = [
		patternOf(rules, 'title'),
		patternOf(rules, 'input') ?? (isSeed ? (name: string) => /seed/.test(name) : undefined),
		patternOf(rules, 'group'),
	];
	const priority =
		Number(rules.priority) ||
		10 +
			(controller.type === 'Prompts Everywhere' ? 10 : 0) +
			(title || input || group || repeated.size > 0 ? 20 : 0) +
			(Number(rules.group_restricted) > 0 ? 3 : 0) +
			(Number(rules.color_restricted) > 0 ? 6 : 0);
	return sent.map(({ name, type, originId, originSlot }) => ({
		controller,
		type,
		originId,
		originSlot,
		priority,
		restrictedTo: places.allowedFor(controller.id, rules, group),
		matchesTitle: title ?? (() => true),
		matchesInput: input ?? (() => true),
		...((repeated.has(type) || Boolean(rules.apply_to_unrepeated)) && {
			matchesRepeated: repeatedRule(name, Number(rules.repeated_type_rule) || 0),
		}),
		stringToCombo: Number(rules.string_to_combo) > 0,
		sendToAny: Number(rules.send_to_any) > 0,
	}));
}

function outputOf({ id, outputs }: UiNode, slot: number, type: string): Sent {
	return {
		name: outputs[slot]?.name ?? '',
		type: outputs[slot]?.type ?? type,
		originId: id,
		originSlot: slot,
	};
}

function sentBy(node: UiNode, graph: UiGraph, raw: Raw, rules: Raw): Sent[] {
	if (node.properties.ue_convert) {
		const silent = recordOf(rules.output_not_broadcasting);
		return node.outputs.flatMap(({ name, type }, slot) => (silent[name] ? [] : [outputOf(node, slot, type)]));
	}
	return node.inputs.flatMap(({ name, label, linkId, type }, slot): Sent[] => {
		const source = linkId === undefined ? undefined : sourceOf(graph, linkId, type);
		const origin = source && graph.nodes.get(source.id);
		if (!source || (origin ? !isActive(origin) : source.id !== INPUTS)) return [];
		const port = recordOf(listIn(raw, 'inputs')[source.slot]);
		const sentType = origin ? (origin.outputs[source.slot]?.type ?? type) : textOf(port.type ?? type);
		const prompts = node.type === 'Prompts Everywhere' ? ['positive', 'negative'][slot] : undefined;
		return [{ name: label ?? prompts ?? name, type: sentType, originId: source.id, originSlot: source.slot }];
	});
}

/** The rules of a node; before version 7 they were among its properties and values. */
function rulesOf({ type, properties, values }: UiNode): Raw {
	const own = recordOf(properties.ue_properties);
	if (Number.parseFloat(textOf(own.version ?? '0')) >= 7) return own;
	const hasPatterns = type === 'Anything Everywhere?' && Array.isArray(values);
	const [title, input, group]: unknown[] = hasPatterns ? values : [];
	return {
		...own,
		group_restricted: properties.group_restricted,
		color_restricted: properties.color_restricted,
		title_regex: title,
		input_regex: input,
		group_regex: group,
	};
}

const MAX_PATTERN_LENGTH = 200;
const MAX_TEXT_LENGTH = 100;
/** With a text of 100 characters, the time for a pattern grows at most to the third power of the length. */
const MAX_REPETITIONS = 3;

/** A test for the pattern of a rule; undefined when the rule has none. */
function patternOf(rules: Raw, kind: 'title' | 'input' | 'group'): ((text: string) => boolean) | undefined {
	const source = rules[`${kind}_regex`];
	if (typeof source !== 'string' || source === '' || source === '.*') return undefined;
	const isInverted = Boolean(rules[`${kind}_regex_invert`]);
	const pattern = compiled(source);
	return pattern && ((text) => pattern.test(text.slice(0, MAX_TEXT_LENGTH)) !== isInverted);
}

/** As in the pack, a pattern that is not valid counts as none. One that could take long matches nothing. */
function compiled(source: string): RegExp | undefined {
	if (source.length > MAX_PATTERN_LENGTH || !isFast(source)) return /$^/;
	try {
		// eslint-disable-next-line no-restricted-syntax -- the pattern is in the workflow; isFast limits its time
		return new RegExp(source);
	} catch {
		return undefined;
	}
}

/** Whether a pattern has few repetitions, no group that repeats, and no reference to an earlier group. */
function isFast(source: string): boolean {
	let repetitions = 0;
	let isInClass = false;
	let closesGroup = false;
	for (let at = 0; at < source.length; at++) {
		const character = source[at];
		if (character === '\\') {
			if (/[1-9k]/.test(source[++at] ?? '')) return false;
		} else if (isInClass) isInClass = character !== ']';
		else if (character === '[') isInClass = true;
		else if ('*+{'.includes(character)) {
			if (closesGroup) return false;
			repetitions++;
		}
		closesGroup = character === ')' && !isInClass;
	}
	return repetitions <= MAX_REPETITIONS;
}

/** How a node that sends a type several times chooses: by the name of the input, its start or end, or the title. */
function repeatedRule(sent: string, rule: number): (name: string, title: string) => boolean {
	return (name, title) => {
		const length = Math.min(sent.length, name.length);
		switch (rule) {
			case 1:
				return sent.slice(0, length) === name.slice(0, length);
			case 2:
				return sent.slice(sent.length - length) === name.slice(name.length - length);
			case 3:
				return title === sent;
			case 4:
				return compiled(sent)?.test(name.slice(0, MAX_TEXT_LENGTH)) ?? false;
			default:
				return name === sent;
		}
	};
}

function matches(broadcast: Broadcast, { id, title, input }: Receiver): boolean {
	const { type, originId, restrictedTo } = broadcast;
	const name = input.label ?? input.name;
	const fits =
		type === input.type ||
		(type === 'STRING' && input.type === 'COMBO' && broadcast.stringToCombo) ||
		(input.type === '*' && broadcast.sendToAny);
	if (!fits || originId === id) return false;
	if (restrictedTo && !restrictedTo.has(id)) return false;
	if (broadcast.matchesRepeated && !broadcast.matchesRepeated(name, title)) return false;
	return broadcast.matchesTitle(title) && broadcast.matchesInput(name);
}

/** Height of the title bar above a node, in pixels of the editor. */
const TITLE_HEIGHT = 30;

/** Groups and colours of the nodes of a graph. */
class Places {
	private readonly nodes: Raw[];
	private readonly groups: Array<{ title: string; members: Set<string> }>;

	constructor(raw: Raw) {
		this.nodes = listIn(raw, 'nodes').filter(isRecord);
		this.groups = listIn(raw, 'groups')
			.filter(isRecord)
			.map(({ title, bounding }) => ({
				title: textOf(title ?? ''),
				members: new Set(this.nodes.filter((node) => isInside(node, numbersOf(bounding))).map(idOf)),
			}));
	}

	/** Ids of the nodes that a broadcast may reach; undefined when it is not restricted. */
	allowedFor(
		id: string,
		rules: Raw,
		matchesGroup: ((title: string) => boolean) | undefined,
	): Set<string> | undefined {
		const groups = Number(rules.group_restricted);
		const colors = Number(rules.color_restricted);
		if (groups !== 1 && groups !== 2 && colors !== 1 && colors !== 2 && !matchesGroup) return undefined;
		const own = this.groups.filter(({ members }) => members.has(id));
		const color = this.nodes.find((node) => idOf(node) === id)?.color;
		const isIn = (list: typeof own, node: Raw) => list.some(({ members }) => members.has(idOf(node)));
		const named = this.groups.filter(({ title }) => matchesGroup?.(title));
		const allowed = this.nodes.filter(
			(node) =>
				(groups === 1 ? isIn(own, node) : groups !== 2 || !isIn(own, node)) &&
				(colors === 1 ? node.color === color : colors !== 2 || node.color !== color) &&
				(!matchesGroup || isIn(named, node)),
		);
		return new Set(allowed.map(idOf));
	}
}

const idOf = ({ id }: Raw): string => textOf(id ?? '');

/** Numbers of a list, or of an object with the indices as keys. */
function numbersOf(value: unknown): number[] {
	const list: unknown[] = Array.isArray(value) ? value : Object.values(recordOf(value));
	return list.map(Number);
}

/** Whether the centre of a node is inside a rectangle, as the editor decides about its groups. */
function isInside({ pos, size }: Raw, [left, top, width, height]: number[]): boolean {
	const [x, y] = numbersOf(pos);
	const [w, h] = numbersOf(size);
	const [centerX, centerY] = [x + w / 2, y - TITLE_HEIGHT + (h + TITLE_HEIGHT) / 2];
	return centerX >= left && centerX < left + width && centerY >= top && centerY < top + height;
}
