import { spawn, spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { CliStage, binary } from './support/cli';
import { slow } from '../client/support/workflows';

/** `script` of util-linux gives a program a terminal. Other systems have none, or one with other options. */
const hasScript = process.platform === 'linux' && spawnSync('script', ['--version']).status === 0;
const onTerminal = hasScript && existsSync('/dev/ptmx') ? test : test.skip;

let stage: CliStage;

beforeEach(async () => {
	stage = await CliStage.start({ stepMs: 20 });
	writeFileSync(stage.path('slow.json'), JSON.stringify(slow(0.6)));
});
afterEach(() => stage.stop());

/** Runs the program on a terminal. @returns everything that the terminal got */
async function onTty(args: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
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
	await new Promise((resolve) => child.on('close', resolve));
	return text;
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
