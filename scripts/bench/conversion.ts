import { performance } from 'node:perf_hooks';
import { toApiFormat, type ObjectInfo } from '../../nodes/client';
import { bigWorkflows, type BigWorkflow } from './editorWorkflow';
import { median, ms, report } from './setup';

const ROUNDS = 50;

/** Time to convert big workflows of the editor, their text to API format, when the node types are known already. */
function main(): void {
	const { some, most, objectInfo } = bigWorkflows();
	report(...convert(some, objectInfo, 50), ...convert(most, objectInfo, 15));
}

/** Times the conversion of a text, and finds what it is to be compared with. */
function convert({ text, nodes }: BigWorkflow, objectInfo: ObjectInfo, aim: number): string[] {
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
