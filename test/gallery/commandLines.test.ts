import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { binary } from '../cli/support/cli';
import { sentJobs } from '../nodes/support/sent';
import type { LittleComfyUi } from '../server';
import { until } from '../support/until';
import { galleryNames, readText } from './support/flowFiles';
import { Gallery } from './support/Gallery';

/** The command lines in the descriptions of the flows, run by a shell as they are written, with the built program. */

const root = path.resolve(__dirname, '../..');

const linesOf = (name: string) => {
	const [, text = ''] = /^- \*\*On the command line:\*\*(.*)$/m.exec(readText(name, 'README.md')) ?? [];
	return [...text.matchAll(/`(comfyui [^`]+)`/g)].map(([, line]) => line);
};

/** What each run leaves beside the files that were there, and the jobs that it queues. */
const EXPECTED: Record<string, { files: string[]; jobs: number }> = {
	'agent-with-templates': { files: ['out/agent_00001_.png'], jobs: 1 },
	'avatar-for-a-day': { files: ['avatar.png'], jobs: 1 },
	'banners-twelve-languages': { files: ['background.png'], jobs: 1 },
	'blog-hero-picture': { files: ['hero.png'], jobs: 1 },
	'chat-bot-style': { files: ['out/style_00001_.png'], jobs: 1 },
	'form-to-picture': { files: ['out/form_00001_.png', 'out/form_00002_.png'], jobs: 2 },
	'model-prompt-grid': {
		files: ['draft', 'final'].flatMap((kind) => [1, 2, 3, 4].map((n) => `out/${kind}_0000${n}_.png`)),
		jobs: 4,
	},
	'music-for-slide-show': { files: ['music.mp3'], jobs: 1 },
	'nightly-variations': { files: ['night.state', 'out/fox.png', 'out/owl.png'], jobs: 2 },
	'picture-to-3d': { files: ['model.glb'], jobs: 1 },
	'picture-to-video': { files: ['video.mp4'], jobs: 1 },
	'product-photo-five-backgrounds': { files: ['out/product_00001_.png', 'out/product_00002_.png'], jobs: 2 },
	'shop-product-cut-out': { files: ['out/shop_00001_.png'], jobs: 1 },
	'social-media-set': { files: ['out/social_00001_.png', 'out/social_00002_.png'], jobs: 2 },
};

let server: LittleComfyUi;
let folder: string;
beforeEach(async () => {
	server = await Gallery.comfyUi();
	folder = mkdtempSync(path.join(tmpdir(), 'gallery-lines-'));
	for (const picture of ['me.png', 'mug.png', 'chair.png'])
		cpSync(path.join(root, 'test/fixtures/picture.png'), path.join(folder, picture));
	writeFileSync(path.join(folder, 'list.csv'), 'name,prompt\nfox,a red fox\nowl,"a snow owl, at night"\n');
	writeFileSync(path.join(folder, 'sizes.csv'), 'prompt,width,height\na bar,64,64\na bar,64,80\n');
});
afterEach(async () => {
	await server.stop();
	rmSync(folder, { recursive: true });
});

function shell(line: string, url = server.url): ChildProcess {
	const script = `comfyui() { "${process.execPath}" "${binary}" "$@"; }\n${line}`;
	return spawn('bash', ['-c', script], {
		cwd: folder,
		env: {
			PATH: process.env.PATH,
			HOME: folder,
			XDG_CONFIG_HOME: path.join(folder, '.config'),
			COMFYUI_URL: url,
		},
		stdio: ['ignore', 'pipe', 'pipe'],
	});
}

/** Runs a line. @returns its exit code, and what it printed */
async function run(line: string, url?: string): Promise<{ code: number | null; text: string }> {
	const child = shell(line, url);
	let text = '';
	for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += String(chunk)));
	const [code] = (await once(child, 'close')) as [number | null];
	return { code, text };
}

/** With small pictures, as in the other tests. */
function putWorkflow(name: string): void {
	const small = readText(name, 'workflow.json').replaceAll(/\b(512|576|768|960|1024|1280|704|384)\b/g, '64');
	writeFileSync(path.join(folder, 'workflow.json'), small);
}

const made = (before: string[]) =>
	(
		readdirSync(folder, { recursive: true, withFileTypes: true }) as Array<{
			name: string;
			parentPath: string;
			isFile(): boolean;
		}>
	)
		.filter((entry) => entry.isFile())
		.map(({ parentPath, name }) => path.relative(folder, path.join(parentPath, name)))
		.filter((file) => !before.includes(file) && !file.startsWith('.'))
		.sort();

test('every flow has a command line', () => {
	expect(galleryNames.filter((name) => linesOf(name).length === 0)).toEqual([]);
	expect([...Object.keys(EXPECTED), 'watch-the-gpu'].sort()).toEqual(galleryNames);
});

test.each(Object.entries(EXPECTED))('the command line of %s makes its files', async (name, expected) => {
	putWorkflow(name);
	const before = readdirSync(folder);
	for (const line of linesOf(name)) expect({ line, ...(await run(line)) }).toMatchObject({ code: 0 });
	expect({ files: made(before), jobs: sentJobs(server).length }).toEqual(expected);
});

test.each(Object.keys(EXPECTED))(
	'the command line of %s ends with an error for a server that is off',
	async (name) => {
		putWorkflow(name);
		const before = readdirSync(folder);
		const { code, text } = await run(`set -e\n${linesOf(name)[0]}`, 'http://127.0.0.1:9');
		expect(code).not.toBe(0);
		expect(text).toMatch(/Nothing answers|connection was refused/);
		expect(made(before).filter((file) => file.startsWith('out/'))).toEqual([]);
	},
);

test.each([
	['chat-bot-style', 'me.png'],
	['picture-to-3d', 'chair.png'],
	['picture-to-video', 'me.png'],
])('the command line of %s names a picture that is missing, and queues nothing', async (name, picture) => {
	putWorkflow(name);
	rmSync(path.join(folder, picture));
	const { code, text } = await run(linesOf(name)[0]);
	expect([code, sentJobs(server)]).toEqual([2, []]);
	expect(text).toContain(picture);
});

test('the command lines of watch-the-gpu print a job that fails, and free the memory', async () => {
	const [watch, free] = linesOf('watch-the-gpu');
	const child = shell(`exec "${process.execPath}" "${binary}" ${watch.replace('comfyui ', '')}`);
	let text = '';
	child.stdout?.on('data', (chunk) => (text += String(chunk)));
	// The watch begins with the program: a job has to end after that.
	for (let tries = 0; tries < 20 && !text; tries++) {
		await server.submit({
			'1': { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color: tries } },
			'2': { class_type: 'TFail', inputs: { image: ['1', 0], msg: 'out of paint' } },
			'3': { class_type: 'SaveImage', inputs: { images: ['2', 0], filename_prefix: 'x' } },
		});
		await server.idle();
		await until(() => text !== '', 'an event', 3_000).catch(() => {});
	}
	expect(text).toMatch(/failed .*out of paint/);
	child.kill('SIGINT');
	await once(child, 'close');
	expect(await run(free)).toMatchObject({ code: 0 });
	expect(server.requests.filter(({ path: route }) => route.endsWith('/free'))).toHaveLength(1);
});

test('the example of a batch repeats nothing when it is started again', async () => {
	putWorkflow('nightly-variations');
	const [line] = linesOf('nightly-variations');
	await run(line);
	expect(await run(line)).toMatchObject({ code: 0 });
	expect(sentJobs(server)).toHaveLength(2);
	expect(readFileSync(path.join(folder, 'out/fox.png')).toString('latin1', 1, 4)).toBe('PNG');
});
