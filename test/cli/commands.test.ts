import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { withReference } from '../../scripts/cliReference';
import { safeName } from '../../packages/cli/src/files/names';
import { picture } from '../client/support/workflows';
import { CliStage, binary } from './support/cli';

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

test.each(['run', 'batch', 'check', 'queue', 'types'])(
	'the help of %s fits a screen and has an example',
	async (name) => {
		const { code, stdout } = await stage.run([name, '--help']);
		expect(code).toBe(0);
		expect(stdout.split('\n').length).toBeLessThan(45);
		expect(stdout).toMatch(name === 'queue' ? /Commands:/ : /Examples:\n {2}comfyui/);
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

test('queue cancel hits only what it names', async () => {
	stage.server.faults.hold();
	const running = await stage.server.submit(picture(1), { clientId: 'somebody' });
	const [first, second] = [await stage.server.submit(picture(2)), await stage.server.submit(picture(3))];
	const { code, stdout } = await stage.run(['queue', 'cancel', first]);
	expect({ code, stdout }).toEqual({ code: 0, stdout: `${first}\tremoved from the queue\n` });
	const { documents } = await stage.run(['queue', '--json']);
	const jobs = (documents()[0].jobs as Array<{ promptId: string }>).map(({ promptId }) => promptId);
	expect(jobs).toEqual([running, second]);
	expect(await stage.run(['queue', 'clear', '--mine'])).toMatchObject({ code: 0, stdout: '' });
	stage.server.faults.release();
	await stage.server.idle();
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

test.each([
	['..\\..\\evil.png', 'evil.png'],
	['C:\\out\\a:b.png', 'a_b.png'],
	['../../etc/passwd', 'passwd'],
	['con.png', '_con.png'],
	['a. . ', 'a'],
	['..', 'file'],
	['new\nline\u001b[31m.png', 'newline[31m.png'],
])('the name %j from a server becomes %j', (name, safe) => {
	expect(safeName(name)).toBe(safe);
});
