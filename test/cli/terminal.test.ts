import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { CliStage, binary } from './support/cli';
import { slow } from '../client/support/workflows';
import { until } from '../support/until';

/** `script` of util-linux gives a program a terminal. Other systems have none, or one with other options. */
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
const onTerminal = hasScript && existsSync('/dev/ptmx') ? test : test.skip;

let stage: CliStage;

beforeEach(async () => {
	stage = await CliStage.start({ stepMs: 20 });
	writeFileSync(stage.path('slow.json'), JSON.stringify(slow(0.6)));
});
afterEach(() => stage.stop());

/** A program on a terminal. */
interface Session {
	/** Everything that the terminal got. */
	text(): string;
	/** Types keys. */
	type(keys: string): void;
	/** The exit code. */
	ended: Promise<number | null>;
}

/** Runs the program on a terminal. @returns everything that the terminal got */
async function onTty(args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
	const { text, ended } = startOnTty(args, env);
	await ended;
	return text();
}

function startOnTty(args: string[], env: NodeJS.ProcessEnv = {}): Session {
	const command = [process.execPath, binary, ...args].map((part) => `'${part}'`).join(' ');
	const child = spawn('script', ['-qec', command, '/dev/null'], {
		cwd: stage.folder,
		env: {
			PATH: process.env.PATH,
			HOME: stage.folder,
			TERM: 'xterm-256color',
			COMFYUI_URL: stage.server.url,
			...env,
		},
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	let text = '';
	child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
	const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
	return { text: () => text, type: (keys) => child.stdin.write(keys), ended };
}

onTerminal('a terminal gets a bar with the node and the share, and its cursor back', async () => {
	const text = await onTty(['run', 'slow.json', '-o', 'out']);
	expect(text).toMatch(/job [█░]{24} +\d+ % .*TSleep/);
	expect(text).toContain('\u001b[?25l');
	expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
	expect(text).toContain('out/slow_00001_.png');
});

onTerminal('CI gets lines in place of bars', async () => {
	const text = await onTty(['run', 'slow.json', '-o', 'out'], { CI: 'true' });
	expect(text).not.toContain('█');
	expect(text).toContain('TSleep, ');
});

const submissions = () =>
	stage.server.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/prompt')).length;

const batch = ['batch', 'slow.json', '-n', '3', '--concurrency', '1', '-o', 'out'];

onTerminal(
	'p pauses a batch: the job that runs goes on, and no other is submitted until p is typed',
	async () => {
		stage.server.faults.hold();
		const { text, type, ended } = startOnTty(batch);
		await until(() => submissions() === 1);
		type('p');
		await until(() => text().includes('Paused. Jobs that run go on. Press p to resume.'));
		stage.server.faults.release();
		await until(() => text().includes('out/slow_00001_.png'));
		await delay(500);
		expect(submissions()).toBe(1);
		expect(text()).not.toContain('Resumed.');
		type('p');
		expect(await ended).toBe(0);
		expect(text()).toContain('Resumed.');
		expect(submissions()).toBe(3);
	},
);

onTerminal('Ctrl-C is heard while a batch listens to keys, and once cancels its jobs', async () => {
	stage.server.faults.hold();
	const { text, type, ended } = startOnTty(batch);
	await until(() => submissions() === 1);
	type('\u0003');
	expect(await ended).toBe(130);
	expect(text()).toContain('Cancelling the job. Press Ctrl-C again to leave at once.');
	expect(text()).toMatch(/cancelled +1/);
	stage.server.faults.release();
	await until(() => stage.server.going.length === 0);
});
