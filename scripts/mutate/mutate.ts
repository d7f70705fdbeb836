import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Mutation, mutationsOf } from './mutations';
import { findReaching } from './reach';

/**
 * Changes the code of the client in one place after another, and runs those tests of that folder that reach the place: a
 * change that no test notices survives. `npm run mutate -- [folders, comma-separated] [changes for each folder] [seed]`
 */

const root = path.resolve(__dirname, '../..');
const [folders = 'jobs,transport,hosts,check,convert', count = '8', seed = '1'] = process.argv.slice(2);

/** The same numbers for the same seed: a sample can be repeated. */
function random(state: number): () => number {
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

function sample<T>(items: T[], size: number, next: () => number): T[] {
	const left = [...items];
	return Array.from({ length: Math.min(size, left.length) }, () => left.splice(next() * left.length, 1)[0]);
}

/** Whether tests fail. Tests that never end count as failing. @param timeout in ms */
function doTestsFail(
	tests: readonly string[],
	{ timeout, args = [], env }: { timeout?: number; args?: string[]; env?: Record<string, string> } = {},
): boolean {
	// One process without a shell around it: the end of its time ends all of it.
	const all = [...tests, '--runInBand', '--bail', '--silent', '--forceExit', ...args];
	const options = { cwd: root, timeout, stdio: 'ignore', killSignal: 'SIGKILL' } as const;
	const jest = [require.resolve('jest/bin/jest'), ...all];
	return spawnSync(process.execPath, jest, { ...options, env: { ...process.env, ...env } }).status !== 0;
}

/** Whether one of the tests fails with the change. */
function isNoticed({ file, start, end, text }: Mutation, tests: string[], timeout: number): boolean {
	if (tests.length === 0) return false;
	const original = readFileSync(file, 'utf8');
	try {
		writeFileSync(file, original.slice(0, start) + text + original.slice(end));
		return doTestsFail(['--runTestsByPath', ...tests], { timeout });
	} finally {
		writeFileSync(file, original);
	}
}

function mutateFolder(folder: string): void {
	const base = path.join(root, 'nodes/client', folder);
	const files = readdirSync(base, { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts'))
		.sort();
	const all = files.flatMap((name) => mutationsOf(path.join(base, name)));
	const chosen = sample(all, Number(count), random(Number(seed)));
	const begun = Date.now();
	const reaching = findReaching(chosen, (setup, env) => {
		const args = ['--setupFilesAfterEnv', path.join(root, 'test/support/jest.setup.ts'), setup];
		if (!doTestsFail([`test/client/${folder}`], { args, env })) return;
		throw new Error(`The tests in test/client/${folder} fail without a change.`);
	});
	// On a busy machine a slow run must not pass for one that never ends.
	const timeout = Math.max(300_000, 10 * (Date.now() - begun));
	let noticed = 0;
	for (const mutation of chosen) {
		const text = readFileSync(mutation.file, 'utf8');
		const line = text.slice(0, mutation.start).split('\n').length;
		const before = text.slice(mutation.start, mutation.end).replace(/\s+/g, ' ').slice(0, 60);
		const tests = reaching.get(mutation) ?? [];
		const outcome = isNoticed(mutation, tests, timeout);
		if (outcome) noticed += 1;
		const place = `${path.relative(root, mutation.file)}:${line}`;
		console.log(
			`${outcome ? 'noticed ' : tests.length > 0 ? 'SURVIVED' : 'NO TEST '} ${place}  ${before}  ->  ${mutation.text.slice(0, 60)}`,
		);
	}
	console.log(`${folder}: ${noticed} of ${chosen.length} noticed, of ${all.length} possible changes`);
}

for (const folder of folders.split(',')) mutateFolder(folder);
