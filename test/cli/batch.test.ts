import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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

const submissions = () =>
	stage.server.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/prompt')).length;

describe('comfyui batch', () => {
	test('runs a row of a CSV file each, names files by columns and prints statistics', async () => {
		writeFileSync(stage.path('rows.csv'), '\ufeffwho,EmptyImage.color\nann,1\nbob,2\n');
		const args = ['batch', 'picture.json', '--csv', 'rows.csv', '--map', 'who=Keep it.filename_prefix'];
		const { code, stderr } = await stage.run([...args, '-o', 'out/{who}.{ext}']);
		expect(code).toBe(0);
		expect(readdirSync(stage.path('out')).sort()).toEqual(['ann.png', 'bob.png']);
		expect(stderr).toMatch(/^done +2$/m);
	});

	test('runs JSON lines and all combinations of a sweep, with statistics in JSON', async () => {
		writeFileSync(stage.path('rows.jsonl'), '{"EmptyImage.color": 1}\n{"EmptyImage.color": 2}\n');
		const args = ['batch', 'picture.json', '--jsonl', 'rows.jsonl', '--sweep', 'EmptyImage.width=8..10'];
		const { documents } = await stage.run([...args, '-o', 'out', '--json']);
		expect(documents().at(-1)).toMatchObject({
			ok: true,
			statistics: { total: 6, done: 6, failed: 0, files: 6 },
		});
	});

	test('refuses an unknown column and lists the errors of all rows before anything is submitted', async () => {
		writeFileSync(stage.path('rows.csv'), 'colour\n1\n');
		expect(await stage.run(['batch', 'picture.json', '--csv', 'rows.csv'])).toMatchObject({
			code: 2,
			stderr: expect.stringContaining('The column "colour" is no input'),
		});
		writeFileSync(stage.path('rows.csv'), 'EmptyImage.color\nred\n2\nblue\n');
		const { stderr } = await stage.run(['batch', 'picture.json', '--csv', 'rows.csv']);
		expect(stderr).toMatch(/line 2: .*red[^]*line 4: .*blue/);
		expect(submissions()).toBe(0);
	});

	test('runs all workflows of a folder', async () => {
		const { code, stdout } = await stage.run(['batch', '.', '-o', 'out']);
		expect(code).toBe(0);
		expect(stdout.trim().split('\n').sort()).toEqual(['out/slow_00001_.png', 'out/x_00001_.png']);
	});

	test('refuses a state file that another batch uses, until that one has ended or was killed', async () => {
		const args = [
			'batch',
			'slow.json',
			'-n',
			'2',
			'--concurrency',
			'1',
			'--resume',
			'state.jsonl',
			'-o',
			'out',
		];
		stage.server.faults.hold();
		const { child, ended } = stage.start(args);
		await until(() => submissions() === 1);
		const second = await stage.run(args);
		expect(second).toMatchObject({ code: 2, stdout: '' });
		expect(second.stderr).toContain('Another batch uses state.jsonl.');
		symlinkSync('state.jsonl', stage.path('link.jsonl'));
		const byLink = await stage.run([...args.slice(0, -4), '--resume', 'link.jsonl', '--json']);
		expect(byLink.documents().at(-1)).toMatchObject({ ok: false, error: { code: 'usage' } });
		expect(submissions()).toBe(1);
		child.kill('SIGKILL');
		await ended;
		stage.server.faults.release();
		expect((await stage.run(args)).code).toBe(0);
		expect(submissions()).toBe(2);
	});

	test('leaves a file alone that is no state', async () => {
		for (const text of ['mine', 'mine\n', '{"type":"comfyui"}\n']) {
			writeFileSync(stage.path('mine.txt'), text);
			const { code, stderr } = await stage.run(['batch', 'slow.json', '-n', '2', '--resume', 'mine.txt']);
			expect({ code, stderr }).toMatchObject({
				code: 2,
				stderr: expect.stringContaining('is not the state'),
			});
			expect(readFileSync(stage.path('mine.txt'), 'utf8')).toBe(text);
		}
	});

	test('after a kill -9 it repeats nothing that had finished, and waits for what still runs', async () => {
		const sweep = ['--sweep', 'TSleep.seconds=0.1,0.2,0.3', '--concurrency', '1'];
		const args = ['batch', 'slow.json', ...sweep, '--resume', 'state.jsonl', '-o', 'out'];
		const { child, ended } = stage.start(args);
		await until(() => submissions() === 2);
		child.kill('SIGKILL');
		await ended;
		await stage.server.idle();
		const before = readFileSync(stage.path('state.jsonl'), 'utf8');
		expect(before.match(/"state":"done"/g)).toHaveLength(1);
		writeFileSync(stage.path('state.jsonl'), `${before}{"key":"cut`);

		const { code, stderr } = await stage.run(args);
		expect(code).toBe(0);
		expect(stderr).toMatch(/^done before +1$/m);
		expect(submissions()).toBe(3);
		expect(readdirSync(stage.path('out'))).toHaveLength(3);
		await stage.run(args);
		expect(submissions()).toBe(3);
	});
});
