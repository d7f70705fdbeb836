import { fork } from 'node:child_process';
import path from 'node:path';

/**
 * Measures what the package adds to the server's own work, as ratios or differences within one run.
 * Each measurement runs in its own process, so that none inherits the memory or caches of another.
 *
 * Usage: npm run bench [-- name ...]
 */
const MEASURES = [
	'latency',
	'throughput',
	'run',
	'memory',
	'cpu',
	'conversion',
	'catalogue',
	'cold',
	'manyJobs',
	'download',
	'upload',
	'waiting',
	'pool',
	'trigger',
	'nodeRed',
	'cli',
	'loading',
	'tarball',
];

/** Run only when they are named: `peers` installs packages, `realServer` needs COMFYUI_URL. */
const ON_DEMAND = ['peers', 'realServer'];

async function main(): Promise<void> {
	const wanted = process.argv.slice(2);
	const known = [...MEASURES, ...ON_DEMAND];
	const unknown = wanted.filter((name) => !known.includes(name));
	if (unknown.length > 0)
		throw new Error(`There is no ${unknown.join(', ')}. There are ${known.join(', ')}.`);
	for (const name of wanted.length > 0 ? wanted : MEASURES) {
		const lines = await measure(name);
		process.stdout.write(`\n${name}\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
	}
}

/** Runs scripts/bench/<name>.ts; it sends its findings as lines of text. */
async function measure(name: string): Promise<string[]> {
	const root = path.resolve(__dirname, '../..');
	const child = fork(path.join(root, 'scripts/run.cjs'), [path.join('scripts/bench', `${name}.ts`)], {
		cwd: root,
	});
	return await new Promise((resolve, reject) => {
		let found: string[] | undefined;
		child.on('message', (lines: string[]) => (found = lines));
		child.on('exit', (code) => {
			if (found && code === 0) resolve(found);
			else reject(new Error(`${name} ended with code ${code} and ${found ? '' : 'no '}result`));
		});
	});
}

main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exitCode = 1;
});
