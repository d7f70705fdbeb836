import { fork, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { LittleComfyUi } from '../../test/server';
import { until } from '../../test/support/until';
import { picture, runScript, startEngine, tell, type } from './setup';

const ITEMS = 200;
const SCRIPT = 'scripts/tries/twoEngines.ts';

/** What an engine reports of its execution: for each item the color it asked for, the file name and the file's hash. */
interface Outcome {
	status: string;
	made: Array<{ color: number; filename: string; hash: string }>;
}

/** Two engines of n8n, each in its own process, use one server at the same time. One of them is stopped halfway in the second round. */
async function main(): Promise<void> {
	const server = await LittleComfyUi.start({ stepMs: 0 });
	const lines: string[] = [];
	for (const stopped of [false, true]) {
		const engines = ['one', 'two'].map((name) => startBeside(name, server.url));
		await Promise.all(engines.map(async ({ ready }) => await ready));
		const before = server.requests.length;
		const results = engines.map(async ({ run }) => await run);
		engines.forEach(({ child }) => child.send('run'));
		if (stopped) {
			await until(() => submitted(server, before) >= ITEMS / 2, 'half of the jobs');
			engines[1].child.send('stop');
		}
		const [one, two] = await Promise.all(results);
		await server.idle();
		check('one', one, server);
		if (!stopped) check('two', two, server);
		lines.push(
			`${stopped ? 'the second is stopped' : 'both to the end'}: one ${one.status} with ${one.made.length} files, two ${two.status} with ${two.made.length} files; ${submitted(server, before)} jobs`,
		);
	}
	await server.stop();
	tell(...lines);
}

const submitted = ({ requests }: LittleComfyUi, from: number) =>
	requests.slice(from).filter(({ method, path }) => method === 'POST' && path.endsWith('/prompt')).length;

/** @throws when an item has the file of another job, or none */
function check(name: string, { status, made }: Outcome, server: LittleComfyUi): void {
	if (status !== 'success' || made.length !== ITEMS)
		throw new Error(`${name}: ${status}, ${made.length} files`);
	for (const [index, { color, filename, hash }] of made.entries()) {
		const bytes = server.files.read('output', filename) ?? '';
		const own = filename.startsWith(`${name}-${index}_`) && color === index;
		if (!own || hash !== createHash('sha256').update(bytes).digest('hex'))
			throw new Error(`${name}: item ${index} has ${filename}`);
	}
}

function startBeside(name: string, url: string) {
	const child = fork(process.argv[1], [SCRIPT], {
		env: { ...process.env, TRIES_ENGINE: name, TRIES_URL: url },
	});
	const message = async () => await new Promise<unknown>((resolve) => child.once('message', resolve));
	const ready = message();
	const run = ready.then(async () => (await message()) as Outcome);
	return { child: child as ChildProcess, ready, run };
}

/** One engine: runs when it is asked to, and reports. */
async function engineBeside(name: string, url: string): Promise<void> {
	const engine = await startEngine();
	const workflow = JSON.stringify(picture(0, 'NAME')).replace('"color":0', '"color":{{ $json.color }}');
	const launch = () =>
		engine.launch({
			nodes: [
				{
					name: 'Run',
					type: type('RunWorkflow'),
					parameters: {
						workflowSource: 'json',
						workflow: `=${workflow.replace('NAME', `${name}-{{ $json.color }}`)}`,
					},
				},
			],
			credentials: { comfyUiApi: { url } },
			input: Array.from({ length: ITEMS }, (_, color) => ({ json: { color } })),
		});
	process.send?.('ready');
	await new Promise((resolve) => process.once('message', resolve));
	const { run, cancel } = launch();
	process.once('message', cancel);
	const result = await run;
	const made: Outcome['made'] = [];
	for (const item of result.items('Run')) {
		if (!item.binary?.data) continue;
		const hash = createHash('sha256')
			.update(await result.binary(item, 'data'))
			.digest('hex');
		const { item: color } = item.pairedItem as { item: number };
		made.push({ color, filename: String(item.binary.data.fileName), hash });
	}
	process.send?.({ status: result.status, made });
	await engine.stop();
	process.disconnect();
}

const { TRIES_ENGINE, TRIES_URL } = process.env;
runScript(TRIES_ENGINE && TRIES_URL ? async () => await engineBeside(TRIES_ENGINE, TRIES_URL) : main);
