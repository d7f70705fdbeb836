import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Mutation } from './mutations';

/** The setup file of jest that notes which file of tests reaches a mark. */
const SETUP = `
const { appendFileSync } = require('node:fs');
const noted = new Set();
globalThis.reachedMark = (mark) => {
	if (noted.has(mark)) return;
	noted.add(mark);
	appendFileSync(process.env.REACHED_MARKS, JSON.stringify([mark, expect.getState().testPath]) + '\\n');
};
`;

/**
 * Finds which files of tests evaluate the place of each change, by a mark at each of them in one run of the tests: only
 * these can notice the change.
 * @param runTests runs them with this setup file and environment
 * @returns the paths by change; none for a place that no test reaches
 */
export function findReaching(
	mutations: readonly Mutation[],
	runTests: (setup: string, env: Record<string, string>) => void,
): Map<Mutation, string[]> {
	const folder = mkdtempSync(path.join(tmpdir(), 'mutate-'));
	const [setup, log] = [path.join(folder, 'setup.js'), path.join(folder, 'marks')];
	writeFileSync(setup, SETUP);
	writeFileSync(log, '');
	const originals = new Map(mutations.map(({ file }) => [file, readFileSync(file, 'utf8')]));
	try {
		for (const [file, text] of originals) writeFileSync(file, withMarks(file, text, mutations));
		runTests(setup, { REACHED_MARKS: log });
		const reached = mutations.map(() => new Set<string>());
		for (const line of readFileSync(log, 'utf8').split('\n').filter(Boolean)) {
			const [mark, test] = JSON.parse(line) as [number, string];
			reached[mark].add(test);
		}
		return new Map(mutations.map((mutation, mark) => [mutation, [...reached[mark]]]));
	} finally {
		for (const [file, text] of originals) writeFileSync(file, text);
		rmSync(folder, { recursive: true });
	}
}

function withMarks(file: string, text: string, mutations: readonly Mutation[]): string {
	const inserts = mutations.flatMap((mutation, mark) => {
		if (mutation.file !== file) return [];
		const { start, end, isStatement } = mutation.around;
		const call = `globalThis.reachedMark?.(${mark})`;
		const size = end - start;
		return isStatement
			? [
					{ at: start, size: -size, text: `{ ${call}; ` },
					{ at: end, size, text: ' }' },
				]
			: [
					{ at: start, size: -size, text: `(${call}, ` },
					{ at: end, size, text: ')' },
				];
	});
	// From the end of the file to its start. At one place the outer of two marks begins first and ends last.
	inserts.sort((a, b) => b.at - a.at || b.size - a.size);
	return inserts.reduce((rest, { at, text: insert }) => rest.slice(0, at) + insert + rest.slice(at), text);
}
