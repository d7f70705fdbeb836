import type { MediaKind } from '../../client/core/media';
import { withoutPreviews, type OutputFile } from '../../client/protocol/outputs';

/** Which files are wanted; what is left out lets all pass. */
export interface Filters {
	/** Comma-separated ids, titles or classes. */
	nodes?: string | string[];
	/** Comma-separated keys. */
	keys?: string | string[];
	kinds?: MediaKind[];
	/** `auto`: previews only when there is nothing else. */
	which?: 'auto' | 'outputs' | 'previews' | 'both';
	maxFiles?: number;
}

/**
 * The files that pass the filters. What is a preview is looked at last, so that the previews of a node
 * that was asked for are not held back for the outputs of another.
 */
export function selectFiles(files: OutputFile[], filters: Filters): OutputFile[] {
	const nodes = names(filters.nodes);
	const keys = names(filters.keys);
	const kinds = [filters.kinds ?? []].flat();
	const wanted = files.filter(
		(file) =>
			(nodes.size === 0 || [file.nodeId, file.nodeTitle, file.nodeType].some((name) => isIn(nodes, name))) &&
			(keys.size === 0 || isIn(keys, file.key)) &&
			(kinds.length === 0 || kinds.includes(file.kind)),
	);
	const most = Number(filters.maxFiles ?? 0);
	const picked = pick(wanted, filters.which);
	return most > 0 ? picked.slice(0, most) : picked;
}

function pick(files: OutputFile[], which: Filters['which']): OutputFile[] {
	if (which === 'outputs') return files.filter(({ type }) => type !== 'temp');
	if (which === 'previews') return files.filter(({ type }) => type === 'temp');
	return which === 'auto' ? withoutPreviews(files) : files;
}

/** The names of a list; the whole text is one of them too, for titles with a comma. */
function names(value: string | string[] | undefined): Set<string> {
	const texts = [value ?? []].flat().map(String);
	return new Set(
		texts
			.flatMap((text) => [text, ...text.split(',')])
			.map(fold)
			.filter(Boolean),
	);
}

const fold = (text: string) => text.trim().toLowerCase();
const isIn = (wanted: Set<string>, name: string | undefined) => name !== undefined && wanted.has(fold(name));
