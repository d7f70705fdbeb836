import { readDefinitions, type UiFile, type UiDefinition } from './definitions';
import { convertGroups } from './groupNodes/toSubgraph';
import { readGraph } from './readGraph';
import type { Warnings } from './warnings';
import { textOf } from '../core/text';
import { isRecord } from '../core/guards';
import { definitionOf, type ObjectInfo } from '../objectInfo/types';
import { addBroadcastLinks } from './broadcasts';
import type { UiGraph, UiNode } from './types';

/** Reads a workflow of any editor version. Does not change or keep the source. */
export function readEditorWorkflow(
	source: Record<string, unknown>,
	objectInfo: ObjectInfo,
	warnings: Warnings,
): UiFile {
	const extra = isRecord(source.extra) ? source.extra : {};
	const isOld = !isSince(extra.frontendVersion, 1, 16);
	const root = readGraph(source, '', warnings);
	addBroadcastLinks(root, source, isOld, warnings);
	const definitions = readDefinitions(source, isOld, warnings);
	const { state } = source;
	renumber(root, definitions, lastId(isRecord(state) ? state.lastNodeId : source.last_node_id));
	const file = { root, definitions, sharesTexts: !isSince(extra.frontendVersion, 1, 46) };
	for (const graph of [root, ...definitions.values()]) replaceSeedEverywhere(graph, objectInfo);
	convertGroups(file, isRecord(extra.groupNodes) ? extra.groupNodes : {}, objectInfo);
	return file;
}

/** Use Everywhere 7 replaces its seed node by a node of ComfyUI with the same values. */
function replaceSeedEverywhere(graph: UiGraph, objectInfo: ObjectInfo): void {
	for (const node of graph.nodes.values()) {
		const isMissing = node.type === 'Seed Everywhere' && !definitionOf(node.type, objectInfo);
		if (isMissing && definitionOf('PrimitiveInt', objectInfo)) node.type = 'PrimitiveInt';
	}
}

const lastId = (value: unknown) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : 0);

function isSince(version: unknown, major: number, minor: number): boolean {
	const parts = /^v?(\d+)\.(\d+)/.exec(textOf(version));
	if (!parts) return false;
	const [ownMajor, ownMinor] = parts.slice(1).map(Number);
	return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}

/**
 * Gives nodes inside subgraphs a new id when the workflow or another subgraph already uses theirs, as the editor
 * does since 1.41. So the ids of the result are those that the editor shows.
 * @param lastId highest id ever given, according to the file
 */
function renumber(root: UiGraph, definitions: Map<string, UiDefinition>, lastId: number): void {
	const used = new Set(root.nodes.keys());
	const changed = new Map<string, Map<string, string>>();
	let last = lastId;
	const next = (): string => {
		do last += 1;
		while (used.has(String(last)));
		return String(last);
	};
	for (const definition of definitions.values()) {
		const renamed = new Map<string, string>();
		for (const { id } of definition.nodes.values()) {
			if (used.has(id)) renamed.set(id, next());
			else if (isNumber(id)) last = Math.max(last, Number(id));
			used.add(renamed.get(id) ?? id);
		}
		if (renamed.size === 0) continue;
		changed.set(definition.id, renamed);
		rename(definition, renamed);
	}
	for (const graph of [root, ...definitions.values()]) {
		for (const node of graph.nodes.values()) renumberProxies(node, changed.get(node.type));
	}
}

const isNumber = (id: string) => Number.isSafeInteger(Number(id)) && String(Number(id)) === id;

function rename(definition: UiDefinition, renamed: Map<string, string>): void {
	const to = (id: string) => renamed.get(id) ?? id;
	definition.nodes = new Map(
		[...definition.nodes.values()].map((node) => [to(node.id), { ...node, id: to(node.id) }]),
	);
	for (const link of definition.links.values()) {
		link.originId = to(link.originId);
		link.targetId = to(link.targetId);
	}
}

/** `proxyWidgets` of an instance refers to inner nodes by id. */
function renumberProxies(node: UiNode, renamed: Map<string, string> | undefined): void {
	const proxies = node.properties.proxyWidgets;
	if (!renamed || !Array.isArray(proxies)) return;
	node.properties = {
		...node.properties,
		proxyWidgets: proxies.map((entry: unknown) =>
			Array.isArray(entry) ? [renamed.get(textOf(entry[0])) ?? entry[0], ...entry.slice(1)] : entry,
		),
	};
}
