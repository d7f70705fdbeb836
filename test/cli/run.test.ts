import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { picture, slow } from '../client/support/workflows';
import { until } from '../support/until';
import { CliStage } from './support/cli';

let stage: CliStage;

beforeEach(async () => {
	stage = await CliStage.start();
	writeFileSync(stage.path('picture.json'), JSON.stringify(picture()));
	writeFileSync(stage.path('slow.json'), JSON.stringify(slow()));
});
afterEach(() => stage.stop());

const sent = () =>
	stage.server.requests
		.filter(({ method, path }) => method === 'POST' && path.endsWith('/prompt'))
		.map(
			({ bodyText }) => JSON.parse(bodyText).prompt as Record<string, { inputs: Record<string, unknown> }>,
		);

describe('comfyui run', () => {
	test('saves the file, prints its path on stdout and plain lines without control sequences on stderr', async () => {
		const { code, stdout, stderr } = await stage.run(['run', 'picture.json', '-o', 'out']);
		expect({ code, stdout }).toEqual({ code: 0, stdout: 'out/x_00001_.png\n' });
		expect(stderr).toMatch(/^done in .*, 1 file$/m);
		expect(stderr).not.toContain('\u001b');
		expect(readFileSync(stage.path('out/x_00001_.png')).subarray(1, 4).toString()).toBe('PNG');
		expect(readdirSync(stage.path('out'))).toHaveLength(1);
	});

	test('sets inputs by class, title and ID, with the type that the server declares', async () => {
		const set = ['EmptyImage.color=7', 'Keep it.filename_prefix=a=b', '1.width=32'];
		await stage.run(['run', 'picture.json', ...set.flatMap((text) => ['--set', text])]);
		const [workflow] = sent();
		expect(workflow['1'].inputs).toMatchObject({ color: 7, width: 32 });
		expect(workflow['2'].inputs.filename_prefix).toBe('a=b');
	});

	test('suggests the right name for a wrong one and submits nothing', async () => {
		const { code, stderr } = await stage.run(['run', 'picture.json', '--set', 'EmptyImage.widht=3']);
		expect(code).toBe(3);
		expect(stderr).toContain('Did you mean "width"?');
		expect(sent()).toEqual([]);
	});

	test('reads stdin and a picture with a workflow', async () => {
		const first = await stage.run(['run', '-', '-o', 'out'], { input: JSON.stringify(picture(3)) });
		expect(first.code).toBe(0);
		const again = await stage.run(['run', first.stdout.trim(), '--set', 'EmptyImage.color=4', '-o', 'out']);
		expect(again.code).toBe(0);
		expect(sent().map((workflow) => workflow['1'].inputs.color)).toEqual([3, 4]);
	});

	test('prints one JSON document per line; the last has ok and the files', async () => {
		const { documents } = await stage.run(['run', 'picture.json', '--json', '-n', '2']);
		const all = documents();
		expect(all.slice(0, -1).every(({ ok }) => ok === undefined)).toBe(true);
		expect(all.at(-1)).toMatchObject({ type: 'result', ok: true, jobs: [{ number: 1 }, { number: 2 }] });
	});

	test('never overwrites a file without --force', async () => {
		writeFileSync(stage.path('mine.png'), 'mine');
		const numbered = await stage.run(['run', 'picture.json', '-o', 'mine.png']);
		expect(numbered.stdout).toBe('mine-2.png\n');
		expect(readFileSync(stage.path('mine.png'), 'utf8')).toBe('mine');
		const forced = await stage.run([
			'run',
			'picture.json',
			'--set',
			'EmptyImage.color=9',
			'-o',
			'mine.png',
			'--force',
		]);
		expect(forced.stdout).toBe('mine.png\n');
		expect(readFileSync(stage.path('mine.png'), 'utf8')).not.toBe('mine');
	});

	test('writes the bytes of the file to stdout with -o -', async () => {
		await stage.run(['run', 'picture.json', '-o', 'a.png']);
		const child = stage.start(['run', 'picture.json', '-o', '-', '-q']);
		const chunks: Buffer[] = [];
		child.child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
		expect((await child.ended).code).toBe(0);
		expect(Buffer.concat(chunks).subarray(1, 4).toString()).toBe('PNG');
	});

	test('--no-wait prints the ID, with which get saves the file', async () => {
		const { stdout } = await stage.run(['run', 'picture.json', '--no-wait']);
		await stage.server.idle();
		const got = await stage.run(['get', stdout.trim(), '-o', 'out']);
		expect(got).toMatchObject({ code: 0, stdout: 'out/x_00001_.png\n' });
	});
});

describe('exit codes', () => {
	test.each<[number, string, string[]]>([
		[2, 'a wrong option', ['run', 'picture.json', '--nonsense']],
		[2, 'a wrong command', ['runn']],
		[2, 'a file that does not exist', ['run', 'nothing.json']],
		[3, 'a file that is no workflow', ['run', 'bad.json']],
		[1, 'a job that does not exist', ['get', '3c5a062e-4daf-4c7b-aadf-1daaa55681d5']],
		[4, 'a server that does not answer', ['stats', '--url', 'http://127.0.0.1:9']],
	])('%i for %s, also in JSON', async (expected, _, args) => {
		writeFileSync(stage.path('bad.json'), '{"a": 1}');
		expect((await stage.run(args)).code).toBe(expected);
		const { code, documents } = await stage.run([...args, '--json']);
		expect(code).toBe(expected);
		expect(documents().at(-1)).toMatchObject({
			type: 'result',
			ok: false,
			error: { message: expect.any(String) },
		});
	});

	test('5 when the time limit passes, and the job is cancelled', async () => {
		stage.server.faults.hold();
		const { code } = await stage.run(['run', 'picture.json', '--timeout', '300ms']);
		expect(code).toBe(5);
		expect(stage.server.going).toEqual([]);
		stage.server.faults.release();
	});
});

describe('Ctrl-C', () => {
	test('once cancels the job, says so and ends with 130', async () => {
		const running = stage.server.faults.holdAt('executing');
		const { child, ended } = stage.start(['run', 'slow.json']);
		await running;
		child.kill('SIGINT');
		const { code, stderr } = await ended;
		expect(code).toBe(130);
		expect(stderr).toContain('Cancelling the job. Press Ctrl-C again to leave at once.');
		stage.server.faults.release();
		await until(() => stage.server.going.length === 0);
	});

	test('twice leaves at once, while the server does not answer', async () => {
		const running = stage.server.faults.holdAt('executing');
		const { child, ended } = stage.start(['run', 'slow.json']);
		await running;
		stage.server.faults.holdRequest({ path: /\/interrupt/ });
		stage.server.faults.holdRequest({ path: /\/queue/ });
		child.kill('SIGINT');
		await new Promise<void>((resolve) => {
			child.stderr?.on('data', (text: Buffer) => text.includes('Press Ctrl-C again') && resolve());
		});
		child.kill('SIGINT');
		expect((await ended).code).toBe(130);
		stage.server.faults.clear();
		stage.server.faults.release();
	});
});

describe('a reader that leaves early', () => {
	test('ends a command that only prints quietly, with 141', async () => {
		const { child, ended } = stage.start(['nodes', '--json']);
		child.stdout?.destroy();
		const { code, stderr } = await ended;
		expect({ code, stderr }).toEqual({ code: 141, stderr: '' });
	});

	test.each([['--help'], ['help', 'batch'], ['runn', '--json']])(
		'ends %s %s quietly too',
		async (...args) => {
			const { child, ended } = stage.start(args);
			child.stdout?.destroy();
			const { code, stderr } = await ended;
			expect(code).toBe(141);
			expect(stderr).not.toContain('EPIPE');
		},
	);

	test('keeps no file from being saved, whichever stream it leaves', async () => {
		for (const [index, name] of (['stdout', 'stderr'] as const).entries()) {
			const { child, ended } = stage.start(['run', 'picture.json', '-o', `out/${index}.png`]);
			child[name]?.destroy();
			expect((await ended).code).toBe(0);
		}
		expect(readdirSync(stage.path('out'))).toEqual(['0.png', '1.png']);
	});
});

test('colours only where FORCE_COLOR asks for them, and never with NO_COLOR', async () => {
	const args = ['run', 'nothing.json'];
	expect((await stage.run(args, { env: { FORCE_COLOR: '1' } })).stderr).toContain('\u001b[31m');
	expect((await stage.run(args, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).stderr).not.toContain(
		'\u001b',
	);
});
