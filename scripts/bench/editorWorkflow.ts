import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ObjectInfo } from '../../nodes/client';

const NODES = 500;
/** As long as the largest of ComfyUI's own templates, characters. */
const LARGEST = 457_000;

/** A workflow in the editor's format. */
export interface BigWorkflow {
	text: string;
	nodes: number;
}

/** A workflow of 500 nodes, one as long as the largest template, and the node types of both. */
export function bigWorkflows(): { some: BigWorkflow; most: BigWorkflow; objectInfo: ObjectInfo } {
	const folder = path.resolve(__dirname, '../../test/fixtures/conversion');
	const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));
	const fixtures = ['default-graph', 'muted-lora', 'native-reroutes', 'primitives', 'subgraph-twice'];
	const files = fixtures.map((name) => (read(name) as { ui: EditorFile }).ui);
	const withNodes = (nodes: number) => ({ text: JSON.stringify(manyNodes(files, nodes)), nodes });
	const some = withNodes(NODES);
	// Nodes are about equally long.
	const most = withNodes(Math.floor((NODES * LARGEST) / some.text.length));
	return { some, most, objectInfo: read('catalogue') as ObjectInfo };
}

/** As much of the editor's format as it takes to put workflows side by side. */
export interface EditorFile {
	nodes: EditorNode[];
	links: Array<[id: number, from: number, fromSlot: number, to: number, toSlot: number, type: string]>;
	definitions?: { subgraphs: Array<{ id: string }> };
}

interface EditorNode {
	id: number;
	inputs?: Array<{ link?: number | null }>;
	outputs?: Array<{ links?: number[] | null }>;
}

/** One workflow that repeats the given ones, each time with new IDs, until it has this many nodes. */
export function manyNodes(files: EditorFile[], count: number): EditorFile & { last_node_id: number } {
	const nodes: EditorNode[] = [];
	const links: EditorFile['links'] = [];
	for (let round = 0; nodes.length < count; round++) {
		const offset = (round + 1) * 1000;
		const moved = <T extends number | null | undefined>(id: T) => (typeof id === 'number' ? id + offset : id);
		const file = files[round % files.length];
		for (const node of file.nodes.slice(0, count - nodes.length)) {
			nodes.push({
				...node,
				id: node.id + offset,
				inputs: node.inputs?.map((input) => ({ ...input, link: moved(input.link) })),
				outputs: node.outputs?.map((output) => ({ ...output, links: output.links?.map(moved) })),
			});
		}
		for (const [id, from, fromSlot, to, toSlot, type] of file.links)
			links.push([id + offset, from + offset, fromSlot, to + offset, toSlot, type]);
	}
	const subgraphs = files.flatMap((file) => file.definitions?.subgraphs ?? []);
	return { nodes, links, definitions: { subgraphs }, last_node_id: 1_000_000 };
}
