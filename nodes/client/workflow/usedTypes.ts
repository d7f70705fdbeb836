import { isRecord } from '../core/guards';
import type { FoundWorkflow } from './parse';

/**
 * The node types that a workflow has, also those inside subgraphs and group nodes. In the editor's format also
 * types that exist only in the editor, such as `Note`.
 */
export function usedTypes({ workflow, uiWorkflow = {} }: FoundWorkflow): string[] {
	if (workflow) return [...new Set(Object.values(workflow).map((node) => node.class_type))];
	const { definitions, extra } = uiWorkflow;
	const subgraphs =
		isRecord(definitions) && Array.isArray(definitions.subgraphs) ? definitions.subgraphs : [];
	const groupNodes = isRecord(extra) && isRecord(extra.groupNodes) ? Object.values(extra.groupNodes) : [];
	const instances = new Set(subgraphs.map((subgraph: unknown) => isRecord(subgraph) && subgraph.id));
	const types = [uiWorkflow, ...subgraphs, ...groupNodes].flatMap(typesIn);
	return [...new Set(types)].filter((type) => !instances.has(type));
}

function typesIn(graph: unknown): string[] {
	const nodes: unknown[] = isRecord(graph) && Array.isArray(graph.nodes) ? graph.nodes : [];
	return nodes.flatMap((node) => (isRecord(node) && typeof node.type === 'string' ? [node.type] : []));
}
