import { summarizeNode, type NodeTypeRow } from '../objectInfo/nodeTypes';
import { textOf } from '../core/text';
import { isRecord } from '../core/guards';
import type { NodeDefinition, ObjectInfo } from '../objectInfo/types';

/** Which node types to list; all that is given has to fit. */
export interface NodeTypeFilter {
	/** Words that all occur in the class name, display name, description, category or search aliases. */
	text?: string;
	/** A category or the beginning of its path: `sampling` also finds `sampling/custom_sampling`. */
	category?: string;
	/** Only those that make a workflow runnable. Default false. */
	outputNodesOnly?: boolean;
	/** Also those whose authors advise against them. Default false. */
	includeDeprecated?: boolean;
}

const byName = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** The node types of a server that fit, sorted by display name. */
export function listNodeTypes(objectInfo: ObjectInfo, filter: NodeTypeFilter = {}): NodeTypeRow[] {
	const words = fold(filter.text).split(/\s+/).filter(Boolean);
	const category = path(filter.category);
	return Object.entries(objectInfo)
		.filter(([, definition]) => isRecord(definition))
		.map(([nodeType, definition]) => ({ row: summarizeNode(nodeType, definition), definition }))
		.filter(
			({ row, definition }) =>
				(!row.deprecated || filter.includeDeprecated) &&
				(row.outputNode || !filter.outputNodesOnly) &&
				(category === '' || `${path(row.category)}/`.startsWith(`${category}/`)) &&
				hasWords(row, definition, words),
		)
		.map(({ row }) => row)
		.sort((a, b) => byName.compare(a.displayName, b.displayName) || byName.compare(a.nodeType, b.nodeType));
}

function hasWords(row: NodeTypeRow, definition: NodeDefinition, words: string[]): boolean {
	if (words.length === 0) return true;
	const aliases = Array.isArray(definition.search_aliases) ? definition.search_aliases : [];
	const all = fold(
		[row.nodeType, row.displayName, row.description, row.category, ...aliases.map(textOf)].join('\n'),
	);
	return words.every((word) => all.includes(word));
}

const fold = (text: string | undefined) => (text ?? '').toLowerCase();
/** Case and slashes at the ends do not count. */
const path = (category: string | undefined) =>
	fold(category)
		.trim()
		.replace(/^\/+|\/+$/g, '');
