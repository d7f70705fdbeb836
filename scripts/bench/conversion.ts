import { readFileSync } from 'node:fs';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { toApiFormat, type ObjectInfo } from '../../nodes/client';
import { manyNodes, type EditorFile } from './editorWorkflow';
import { median, ms, report } from './setup';

const NODES = 500;
/** As long as the largest of ComfyUI's own templates, characters. */
const LARGEST = 457_000;
const ROUNDS = 50;

/** Time to convert big workflows of the editor, their text to API format, when the node types are known already. */
function main(): void {
	const folder = path.resolve(__dirname, '../../test/fixtures/conversion');
	const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
	const objectInfo = read('catalogue.json') as ObjectInfo;
	const fixtures = ['default-graph', 'muted-lora', 'native-reroutes', 'primitives', 'subgraph-twice'];
	const files = fixtures.map((name) => (read(`${name}.json`) as { ui: EditorFile }).ui);
	const some = JSON.stringify(manyNodes(files, NODES));
	// Nodes are about equally long.
	const most = Math.floor((NODES * LARGEST) / some.length);
	report(
		...convert(some, NODES, objectInfo, 50),
		...convert(JSON.stringify(manyNodes(files, most)), most, objectInfo, 15),
	);
}

/** Times the conversion of a text, and finds what it is to be compared with. */
function convert(text: string, nodes: number, objectInfo: ObjectInfo, aim: number): string[] {
	const { prompt } = toApiFormat(text, objectInfo);
	const took = median(times(() => toApiFormat(text, objectInfo)));
	const parsing = median(times(() => JSON.parse(text)));
	return [
		`${nodes} nodes, ${(text.length / 1000).toFixed(0)} kB, become ${Object.keys(prompt).length} in API format`,
		`  from text to API format: ${ms(took)} (median of ${ROUNDS}; aim: at most ${aim} ms)`,
		`  JSON.parse of the text alone: ${ms(parsing)}`,
	];
}

function times(work: () => unknown): number[] {
	return Array.from({ length: ROUNDS }, () => {
		const start = performance.now();
		work();
		return performance.now() - start;
	});
}

main();
