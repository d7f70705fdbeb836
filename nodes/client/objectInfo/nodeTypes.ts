import { listInputs, type NodeInput } from './inputs';
import { textOf, trimEnd } from '../core/text';
import { type NodeDefinition, type ObjectInfo, definitionOf } from './types';
import { isRecord } from '../core/guards';
import { nearestNames } from '../core/nearestNames';

/** What a node type is, in one line of a list. */
export interface NodeTypeRow {
	/** The class name, as `class_type` in a workflow has it. */
	nodeType: string;
	displayName: string;
	/** Path with slashes, such as `sampling/custom_sampling`. */
	category: string;
	description: string;
	/** Whether it makes a workflow runnable: it saves or shows something. */
	outputNode: boolean;
	deprecated: boolean;
	experimental: boolean;
	/** Whether it calls a paid service of Comfy.org. */
	apiNode: boolean;
	/** The short names of the servers that have it, on a pool. */
	servers?: string[];
}

/** An output of a node type. */
export interface NodeOutput {
	name: string;
	type: string;
	isList: boolean;
	tooltip?: string;
	/** Its type is that of the inputs with this `match.id`. */
	match?: string;
}

/** All about a node type, as plain JSON. */
export interface NodeDescription extends NodeTypeRow {
	/** The Python module it comes from; it shows whether a node is a core node or a custom one. */
	module: string;
	inputs: NodeInput[];
	outputs: NodeOutput[];
}

/** The line of a list for a node type. */
function summarizeNode(nodeType: string, definition: NodeDefinition): NodeTypeRow {
	return {
		nodeType,
		displayName: text(definition.display_name) || nodeType,
		category: text(definition.category),
		description: text(definition.description),
		outputNode: definition.output_node === true,
		deprecated: definition.deprecated === true,
		experimental: definition.experimental === true,
		apiNode: definition.api_node === true,
		...(Array.isArray(definition.servers) && { servers: definition.servers.map(textOf) }),
	};
}

/**
 * Describes a node type.
 * @param definition the member `nodeType` of what `/object_info` answers
 */
export function describeNode(nodeType: string, definition: NodeDefinition): NodeDescription {
	return {
		...summarizeNode(nodeType, definition),
		module: text(definition.python_module),
		inputs: listInputs(definition),
		outputs: listOutputs(definition),
	};
}

function listOutputs(definition: NodeDefinition): NodeOutput[] {
	const { output, output_name: names, output_is_list: lists, output_tooltips: tooltips } = definition;
	const { output_matchtypes: matches } = definition;
	return (Array.isArray(output) ? output : []).map((declared, index) => {
		const type = Array.isArray(declared) ? 'COMBO' : textOf(declared);
		const tooltip = text(tooltips?.[index]);
		const match = text(matches?.[index]);
		return {
			name: text(names?.[index]) || type,
			type,
			isList: lists?.[index] === true,
			...(tooltip && { tooltip }),
			...(match && { match }),
		};
	});
}

const text = (value: unknown) => (typeof value === 'string' ? value : '');

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
const path = (category: string | undefined) => trimEnd(fold(category).trim().replace(/^\/+/, ''), '/');

/**
 * The node types with a name similar to an unknown one, best first. People also write the title that the editor
 * shows (`Load Checkpoint`) where the class name (`CheckpointLoaderSimple`) is wanted.
 */
export function suggestNodeTypes(name: string, objectInfo: ObjectInfo, max = 3): string[] {
	const wanted = name.trim().toLowerCase();
	const nodeTypes = Object.keys(objectInfo);
	const titled = nodeTypes.filter((type) => shownAs(type, objectInfo)?.trim().toLowerCase() === wanted);
	return [...new Set([...titled, ...nearestNames(name, nodeTypes, max)])].slice(0, max);
}

function shownAs(nodeType: string, objectInfo: ObjectInfo): string | undefined {
	const shown: unknown = definitionOf(nodeType, objectInfo)?.display_name;
	return typeof shown === 'string' ? shown : undefined;
}
