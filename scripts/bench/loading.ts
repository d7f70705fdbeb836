import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { readManifest } from '../../test/support/builtPackage';
import { median, ms, report } from './setup';

const ROUNDS = 7;

/** Time to load all nodes and credentials in a new process that has loaded n8n-workflow, as n8n does. */
function main(): void {
	const root = path.resolve(__dirname, '../..');
	const { nodes, credentials } = readManifest().n8n;
	const script = `
		require('n8n-workflow');
		const { performance } = require('node:perf_hooks');
		const start = performance.now();
		for (const file of ${JSON.stringify([...nodes, ...credentials])}) require('./' + file);
		console.log(performance.now() - start);`;
	const own = Array.from({ length: ROUNDS }, () =>
		Number(execFileSync(process.execPath, ['-e', script], { cwd: root })),
	);
	const theirs = Array.from({ length: ROUNDS }, () =>
		Number(
			execFileSync(
				process.execPath,
				['-e', `const s = performance.now(); require('n8n-workflow'); console.log(performance.now() - s);`],
				{ cwd: root },
			),
		),
	);
	report(
		`all nodes: ${ms(median(own))}, n8n-workflow itself: ${ms(median(theirs))}`,
		`ratio: ${(median(own) / median(theirs)).toFixed(2)}`,
	);
}

main();
