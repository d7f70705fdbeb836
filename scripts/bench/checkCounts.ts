import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { compareCounts } from './compareCounts';
import { count, type Counts } from './counts';

/**
 * Compares the counts of requests, sockets, allocations, files and bytes with those in counts.json, and fails when one is above 1.3
 * times as much. Needs a build.
 *
 * Usage: npm run bench:counts [-- --keep]
 *
 * `--keep` writes what it finds into counts.json.
 */
const FILE = path.join(__dirname, 'counts.json');

async function main(): Promise<void> {
	const found = await count();
	if (process.argv.includes('--keep')) writeFileSync(FILE, `${JSON.stringify(found, null, 2)}\n`);
	const { lines, worse } = compareCounts(JSON.parse(readFileSync(FILE, 'utf8')) as Counts, found);
	process.stdout.write(`${lines.join('\n')}\n`);
	if (worse.length === 0) return;
	process.stderr.write(
		`Above 1.3 times the kept counts, or not on both sides:\n${worse.map((line) => `  ${line}`).join('\n')}\n`,
	);
	process.exitCode = 1;
}

main().catch((error: Error) => {
	process.stderr.write(`${error.stack ?? error.message}\n`);
	process.exit(1); // the servers beside it run on after an error
});
