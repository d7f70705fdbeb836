import { isRecord } from '../core/ApiWorkflow';
import { readDefinitions, type UiDefinition } from './definitions';
import { placeGroups } from './groupNodes/toSubgraph';
import { renumber } from './renumber';
import { readGraph } from './readGraph';
import type { UiGraph } from './types';
import type { Warnings } from './warnings';
import type { ObjectInfo } from '../hosts/selfHosted/ObjectInfoCache';
import { textOf } from '../core/text';

/** A workflow in the editor's format, read as far as it can be. */
export interface UiFile {
	root: UiGraph;
	definitions: Map<string, UiDefinition>;
	/** Made by an editor before 1.46, in which all instances of a subgraph showed the same text. */
	sharesTexts: boolean;
}

/** Reads a workflow of any version of the editor. Nothing of the source is changed or kept. */
export function readFile(
	source: Record<string, unknown>,
	objectInfo: ObjectInfo,
	warnings: Warnings,
): UiFile {
	const root = readGraph(source, '', warnings);
	const definitions = readDefinitions(source, warnings);
	const { state } = source;
	renumber(root, definitions, lastId(isRecord(state) ? state.lastNodeId : source.last_node_id));
	const extra = isRecord(source.extra) ? source.extra : {};
	const file = { root, definitions, sharesTexts: !isSince(extra.frontendVersion, 1, 46) };
	placeGroups(file, isRecord(extra.groupNodes) ? extra.groupNodes : {}, objectInfo);
	return file;
}

const lastId = (value: unknown) => (typeof value === 'number' && Number.isSafeInteger(value) ? value : 0);

function isSince(version: unknown, major: number, minor: number): boolean {
	const parts = /^v?(\d+)\.(\d+)/.exec(textOf(version));
	if (!parts) return false;
	const [ownMajor, ownMinor] = parts.slice(1).map(Number);
	return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
