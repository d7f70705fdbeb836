import { readDefinitions } from './definitions';
import { placeGroups } from './groupNodes/toSubgraph';
import { renumber } from './renumber';
import { readGraph } from './readGraph';
import type { Warnings } from './warnings';
import { textOf } from '../core/text';
import type { UiFile } from './UiFile';
import { isRecord } from '../core/guards';
import type { ObjectInfo } from '../objectInfo/types';

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
