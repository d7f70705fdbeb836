import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { LittleComfyUi } from '../server';
import { clientFolder, pack, root } from './packed';
import { runOnRuntime, SCRIPTS } from './runtimeJob';
import { RUNTIMES, type Runtime } from './runtimes';

/** Runs jobs of the client on every runtime, and writes what happened into the table of docs/compatibility.md. */
async function fillTable(): Promise<void> {
	const server = await LittleComfyUi.start();
	const rows = ['| Runtime | Version | With `undici` and `ws` | Without them |', '| --- | --- | --- | --- |'];
	try {
		for (const runtime of RUNTIMES) {
			const outcomes = [];
			for (const withDependencies of [true, false]) {
				const packed = pack(clientFolder, { withDependencies });
				outcomes.push(await outcomeOf(runtime, packed, server.url).finally(() => packed.remove()));
			}
			rows.push(`| ${runtime.name} | ${runtime.version} | ${outcomes.join(' | ')} |`);
		}
	} finally {
		await server.stop();
	}
	const file = path.join(root, 'docs/compatibility.md');
	const text = readFileSync(file, 'utf8');
	const [begin, end] = ['<!-- runtimes -->', '<!-- /runtimes -->'];
	const [before, rest] = text.split(begin);
	const after = rest.slice(rest.indexOf(end));
	writeFileSync(file, `${before}${begin}\n\n${rows.join('\n')}\n\n${after}`);
	console.log(rows.join('\n'));
}

async function outcomeOf(runtime: Runtime, packed: ReturnType<typeof pack>, url: string): Promise<string> {
	try {
		const reports = [];
		for (const script of Object.values(SCRIPTS))
			reports.push(await runOnRuntime(runtime, packed, script, url));
		const hasEvents = reports.every(({ pictures }) => pictures === 1);
		return hasEvents ? 'Jobs and live progress' : 'Jobs, no live progress; a warning says so';
	} catch (error) {
		console.error(`${runtime.name} ${runtime.version}: ${String(error)}`);
		return 'Fails';
	}
}

void fillTable();
