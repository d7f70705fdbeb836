import { isRecord } from '../core/guards';
import type { UiWorkflow } from './parse';

/** Where a workflow says that one of its models comes from. */
export interface ModelSource {
	/** Name of the file. */
	name: string;
	/** Address to download it from. */
	url: string;
	/** The folder in ComfyUI's `models` that it belongs into. */
	directory: string;
}

const MAX_SOURCES = 1000;
const MAX_LENGTH = 2000;

/**
 * The models that a workflow in the editor's format knows an address for: `properties.models` of its nodes, also inside
 * subgraphs, and `models` of the file. Addresses other than http and https are left out.
 */
export function modelSources(uiWorkflow: UiWorkflow | undefined): ModelSource[] {
	const { definitions, nodes, models } = uiWorkflow ?? {};
	const subgraphs = isRecord(definitions) ? listOf(definitions.subgraphs) : [];
	const lists = [nodes, ...subgraphs.map((graph) => isRecord(graph) && graph.nodes)]
		.flatMap(listOf)
		.map((node) => isRecord(node) && isRecord(node.properties) && node.properties.models);
	const found = new Map<string, ModelSource>();
	for (const model of [models, ...lists].flatMap(listOf)) {
		const source = toSource(model);
		if (source && found.size < MAX_SOURCES) found.set(`${source.directory}/${source.name}`, source);
	}
	return [...found.values()];
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function toSource(model: unknown): ModelSource | undefined {
	if (!isRecord(model)) return undefined;
	const { name, url, directory } = model;
	const isText = (value: unknown): value is string =>
		typeof value === 'string' && value !== '' && value.length <= MAX_LENGTH;
	if (!isText(name) || !isText(url) || !isText(directory) || !/^https?:\/\//i.test(url)) return undefined;
	return { name, url, directory };
}
