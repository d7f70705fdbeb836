import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { loadRecording, RECORDINGS, SCENARIOS } from '../../server-contract/replay/recording';
import { parsePython, stringifyPython } from '../../server/wire/pythonJson';
import { NEWER } from './newer';
import { Recorder, repeat, type Row } from './Recorder';

/**
 * Records a real ComfyUI for test/server-contract: what the recordings of 0.3.64 did, and what is newer. Needs a server
 * that has run nothing yet, whose output folder is empty, with test/servers/custom_nodes and --preview-method auto.
 *
 * Usage: node scripts/run.cjs test/servers/record/record.ts URL
 */
async function main(): Promise<void> {
	const [url] = process.argv.slice(2);
	if (!url) throw new Error('Say which server: node scripts/run.cjs test/servers/record/record.ts URL');
	const { version, classes } = await lookAt(url);
	const recorder = new Recorder(url);
	await forgetWorkflows(url);
	const promptIds = new Map<string, string>();
	const recorded = new Map<string, string[]>();
	const keep = async (scenario: string, about: string, play: (recorder: Recorder) => Promise<void>) => {
		process.stdout.write(`${scenario}\n`);
		const rows = await recorder.record(play);
		const server = `ComfyUI ${version}, --cpu --preview-method auto`;
		recorded.set(
			scenario,
			[{ scenario, about, server }, ...rows.map(withoutSources)].map((row) => JSON.stringify(row)),
		);
	};
	for (const scenario of SCENARIOS['0.3.64']) {
		const earlier = loadRecording('0.3.64', scenario);
		await keep(scenario, earlier.about, async (at) => await repeat(at, earlier, promptIds));
	}
	for (const [scenario, { about, play }] of Object.entries(NEWER)) await keep(scenario, about, play);
	const folder = path.join(RECORDINGS, version);
	mkdirSync(folder, { recursive: true });
	for (const [scenario, lines] of recorded)
		writeFileSync(path.join(folder, `${scenario}.jsonl`), withoutFolder(`${lines.join('\n')}\n`));
	const used = [...recorded.values()]
		.flat()
		.join()
		.matchAll(/"class_type":"(\w+)"/g);
	const names = new Set([...used].map(([, name]) => name).filter((name) => name in classes));
	const definitions = [...names]
		.sort()
		.map((name) => `${JSON.stringify(name)}: ${stringifyPython(classes[name])}`);
	writeFileSync(path.join(folder, 'object_info.json'), `{\n${definitions.join(',\n')}\n}\n`);
}

async function lookAt(url: string): Promise<{ version: string; classes: Record<string, unknown> }> {
	const stats = (await (await fetch(`${url}/system_stats`)).json()) as {
		system: { comfyui_version: string };
	};
	const classes = parsePython(await (await fetch(`${url}/object_info`)).text()) as Record<string, unknown>;
	return { version: stats.system.comfyui_version, classes };
}

/** The folder of saved workflows exists, and is empty. */
async function forgetWorkflows(url: string): Promise<void> {
	const workflow = `${url}/userdata/workflows%2Fmine.json`;
	await fetch(workflow, { method: 'POST', body: '{}' });
	await fetch(workflow, { method: 'DELETE' });
}

/** A row whose tracebacks keep the file, the line and the function, and not the line of code. */
function withoutSources(row: Row): Row {
	const shorten = (json: string) =>
		json.replace(/(File \\"[^"\\]*\\", line \d+, in [^"\\]+)\\n(?:[^"\\]|\\.)*"/g, '$1\\n"');
	if (row.via === 'ws') return row.text === undefined ? row : { ...row, text: shorten(row.text) };
	return row.body === undefined ? row : { ...row, body: shorten(row.body) };
}

/** Calls the folder of the server, which tracebacks name, `ComfyUI`. */
function withoutFolder(text: string): string {
	const folder = /File \\+"([^"\\]+)\/execution\.py/.exec(text)?.[1];
	return folder ? text.replaceAll(folder, 'ComfyUI') : text;
}

void main();
