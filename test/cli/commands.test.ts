import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { helpPages, withReference } from '../../scripts/cliReference';
import { picture } from '../client/support/workflows';
import { LittleComfyUi } from '../server';
import { CliStage, binary } from './support/cli';

/** What a terminal window shows at once. */
const SCREEN = { lines: 40, columns: 100 };

let stage: CliStage;

beforeAll(async () => {
	stage = await CliStage.start();
	writeFileSync(stage.path('picture.json'), JSON.stringify(picture()));
});
afterAll(() => stage.stop());

test('--version loads nothing but the version', () => {
	const { version } = JSON.parse(
		readFileSync(path.join(path.dirname(binary), '../package.json'), 'utf8'),
	) as { version: string };
	expect(execFileSync(process.execPath, [binary, '--version'], { encoding: 'utf8' })).toBe(`${version}\n`);
});

test('the reference in the README is that of the sources', () => {
	const readme = readFileSync(path.join(path.dirname(binary), '../README.md'), 'utf8');
	expect(readme.trimEnd()).toBe(withReference(readme).trimEnd());
});

test.each(helpPages().map(({ name, help }) => [name, help]))(
	'the help of %s fits a screen and shows an example',
	(name, help) => {
		expect(help.split('\n').length).toBeLessThanOrEqual(SCREEN.lines);
		expect(Math.max(...help.split('\n').map((line) => line.length))).toBeLessThanOrEqual(SCREEN.columns);
		if (name !== 'comfyui options') expect(help).toMatch(/\nExamples:\n(?: {2}export .*\n)? {2}comfyui /);
	},
);

test.each([[], ['run'], ['batch'], ['template', 'new'], ['queue', 'clear']])(
	'comfyui %s %s --help prints the page of the reference',
	async (...command) => {
		const { code, stdout } = await stage.run([...command, '--help']);
		const page = helpPages().find(({ name }) => name === ['comfyui', ...command].join(' '));
		expect({ code, stdout }).toEqual({ code: 0, stdout: `${page?.help}\n` });
	},
);

test.each([
	['models', ['models', 'checkpoints'], 'sd_xl_base_1.0.safetensors'],
	['choices', ['choices', 'KSampler.sampler_name'], 'euler'],
	['nodes', ['nodes', 'upscale'], 'UpscaleModelLoader\t'],
	['node', ['node', 'KSampler'], 'latent_image: LATENT'],
	['check', ['check', 'picture.json'], 'picture.json: runs, 2 nodes'],
	['inputs', ['inputs', 'picture.json'], 'EmptyImage.width\t16\tINT'],
	['convert', ['convert', 'picture.json'], '"class_type": "SaveImage"'],
	['stats', ['stats'], 'queue: 0 running, 0 pending'],
])('comfyui %s prints plain lines', async (_, args, text) => {
	const { code, stdout, stderr } = await stage.run(args);
	expect({ code, stderr: stderr.replace(/^\d+ more inputs?: --all\n/, '') }).toEqual({ code: 0, stderr: '' });
	expect(stdout).toContain(text);
});

describe('queue', () => {
	let server: LittleComfyUi;
	beforeEach(async () => {
		server = await LittleComfyUi.start();
	});
	afterEach(async () => {
		server.faults.release();
		await server.stop();
	});

	const run = async (...args: string[]) => await stage.run([...args, '--url', server.url]);
	const submit = async (color: number) => await server.submit(picture(color), { clientId: 'somebody' });
	/** A job of another client that runs until the faults are released, and two that wait. */
	const threeJobs = async () => {
		const isRunning = server.faults.holdAt('executing');
		const running = await submit(1);
		await isRunning;
		return [running, await submit(2), await submit(3)];
	};
	/** IDs of the jobs that are queued or running. */
	const listed = async (...args: string[]) => {
		const { documents } = await run('queue', '--json', ...args);
		return (documents()[0].jobs as Array<{ promptId: string }>).map(({ promptId }) => promptId);
	};

	test('cancel hits only what it names, queued or running', async () => {
		const [running, second, third] = await threeJobs();
		expect(await run('queue', 'cancel', second)).toMatchObject({
			code: 0,
			stdout: `${second}\tremoved from the queue\n`,
		});
		expect(await listed()).toEqual([running, third]);
		expect(await run('queue', 'cancel', second, running)).toMatchObject({
			code: 6,
			stdout: `${second}\tneither queued nor running\n${running}\tinterrupted\n`,
		});
		server.faults.release();
		await server.idle();
		expect(server.going).toEqual([]);
	});

	test('clear --mine cancels what this user submitted, and nothing else', async () => {
		server.faults.hold();
		const other = await submit(1);
		const mine = await run('run', 'picture.json', '--no-wait', '-n', '2');
		const ids = mine.stdout.trim().split('\n');
		expect(await listed()).toEqual([other, ...ids]);
		expect(await listed('--mine')).toEqual(ids);
		const { code, stdout } = await run('queue', 'clear', '--mine');
		expect({ code, stdout }).toEqual({
			code: 0,
			stdout: [...ids]
				.reverse()
				.map((id) => `${id}\tremoved from the queue\n`)
				.join(''),
		});
		expect(await listed()).toEqual([other]);
		expect(await run('queue', 'clear', '--mine')).toMatchObject({ code: 0, stdout: '' });
	});

	test('clear --all asks first, or needs --yes where nobody can be asked', async () => {
		server.faults.hold();
		const other = await submit(1);
		expect(await run('queue', 'clear', '--all')).toMatchObject({ code: 2, stdout: '' });
		expect(await listed()).toEqual([other]);
		expect((await run('queue', 'clear', '--all', '--yes')).code).toBe(0);
	});
});

test('a template is made, listed and filled', async () => {
	const param = 'shade=EmptyImage.color';
	expect((await stage.run(['template', 'new', 'picture.json', '-p', param, '-o', 'a.tpl'])).code).toBe(0);
	expect((await stage.run(['template', 'list', 'a.tpl'])).stdout).toMatch(/^shade\tnumber\tno/);
	const { stdout } = await stage.run(['template', 'fill', 'a.tpl', 'shade=5']);
	expect(JSON.parse(stdout)['1'].inputs.color).toBe(5);
});

test('types compile, connect only what fits, and are the same each time', async () => {
	const { stdout } = await stage.run(['types']);
	expect((await stage.run(['types'])).stdout).toBe(stdout);
	writeFileSync(stage.path('nodes.ts'), stdout);
	writeFileSync(
		stage.path('use.ts'),
		[
			"import { WorkflowBuilder } from './nodes';",
			'const builder = new WorkflowBuilder();',
			"const [model, clip] = builder.node('CheckpointLoaderSimple', { ckpt_name: 'sd_xl_base_1.0.safetensors' });",
			"const [text] = builder.node('CLIPTextEncode', { text: 'a fox', clip });",
			"// @ts-expect-error a conditioning is no image\nbuilder.node('SaveImage', { images: text });",
			"// @ts-expect-error no such choice\nbuilder.node('CheckpointLoaderSimple', { ckpt_name: 'no' });",
			'export { model };',
		].join('\n'),
	);
	const tsc = require.resolve('typescript/bin/tsc');
	const compilerOptions = { noEmit: true, strict: true, target: 'es2022', module: 'node16', types: [] };
	writeFileSync(stage.path('tsconfig.json'), JSON.stringify({ compilerOptions, files: ['use.ts'] }));
	const compiled = spawnSync(process.execPath, [tsc, '-p', stage.path('tsconfig.json')], {
		encoding: 'utf8',
	});
	expect(compiled.stdout).toBe('');
});

test('the hint of a refused connection speaks of the command line', async () => {
	const { code, stderr } = await stage.run(['stats', '--url', 'http://127.0.0.1:9']);
	expect(code).toBe(4);
	expect(stderr).toContain('hint: Start ComfyUI, and check host and port.');
	expect(stderr).not.toMatch(/n8n|credential/);
});
