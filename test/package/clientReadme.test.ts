import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import * as client from '../../nodes/client';
import { workflow as editorWorkflow } from '../client/convert/build';
import { LittleComfyUi } from '../server';
import { clientFolder, pack, readPackageJson, root, type Packed } from './packed';

const readme = readFileSync(path.join(clientFolder, 'README.md'), 'utf8');
const { name: clientName } = readPackageJson(clientFolder);

/** What the README calls `portrait.json`, as the editor saves it. */
const portrait = editorWorkflow([
	{ id: 4, type: 'CheckpointLoaderSimple', values: ['sd_xl_base_1.0.safetensors'] },
	{ id: 5, type: 'EmptyLatentImage', values: [64, 64, 1] },
	{
		id: 6,
		type: 'CLIPTextEncode',
		title: 'Positive Prompt',
		values: ['a {{style}} painting of {{subject}}'],
		from: { clip: [4, 1] },
	},
	{ id: 7, type: 'CLIPTextEncode', title: 'Negative Prompt', values: ['blurry'], from: { clip: [4, 1] } },
	{
		id: 3,
		type: 'KSampler',
		values: [1, 'fixed', 2, 7, 'euler', 'normal', 1],
		from: { model: [4, 0], positive: [6, 0], negative: [7, 0], latent_image: [5, 0] },
	},
	{ id: 8, type: 'VAEDecode', from: { samples: [3, 0], vae: [4, 2] } },
	{ id: 9, type: 'SaveImage', values: ['portrait'], from: { images: [8, 0] } },
	{ id: 10, type: 'LoadImage', title: 'Load Image', values: ['example.png', 'image'] },
	{ id: 11, type: 'PreviewImage', from: { images: [10, 0] } },
]);
const upscaler = {
	1: { class_type: 'ImageInvert', inputs: {} },
	2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'big' } },
};

const snippetsOf = (text: string) => [...text.matchAll(/```js\n(.*?)```/gs)].map(([, code]) => code);

describe('the README of the client', () => {
	let packed: Packed;
	let server: LittleComfyUi;
	beforeAll(async () => {
		packed = pack(clientFolder, { withDependencies: true });
		server = await LittleComfyUi.start({ stepMs: 0 });
	});
	afterAll(async () => {
		packed.remove();
		await server.stop();
	});

	it('has snippets that run, one after the other', async () => {
		const place = (name: string, content: string | Buffer) =>
			writeFileSync(path.join(packed.home, name), content);
		const ofServer = readFileSync(path.join(root, 'test/fixtures/picture.png'));
		place('portrait.json', JSON.stringify(portrait));
		place('upscaler-api.json', JSON.stringify(upscaler));
		place('me.png', ofServer);
		place('ComfyUI_00042_.png', await madeBy(server));
		const [start, ...others] = snippetsOf(readme);
		const [last] = /^await client\.close\(\).*$/m.exec(start) as RegExpExecArray;
		const script = [start.replace(last, ''), ...others, last, 'console.log(`made ${files[0].filename}`);'];
		place('readme.mjs', script.join('\n').replaceAll('http://127.0.0.1:8188', server.url));
		const { stdout, stderr } = await promisify(execFile)(process.execPath, ['readme.mjs'], {
			cwd: packed.home,
		});
		expect(stdout).toMatch(/made portrait_\d+_\.png\n$/);
		expect(stderr).toMatch(/^validation .*NoSuchNode/);
		expect(server.damage).toEqual([]);
	});

	it('names only what the client exports', () => {
		const imports = [...readme.matchAll(/import \{([^}]+)\} from '([^':]+)'/g)];
		const imported = imports.flatMap(([, names]) => names.split(',').map((name) => name.trim()));
		const used = [...readme.matchAll(/client\.(\w+)\(/g)].map(([, name]) => name);
		expect(imported.length).toBeGreaterThan(0);
		expect(new Set(imports.map(([, , from]) => from))).toEqual(new Set([clientName]));
		for (const name of imported) expect(client).toHaveProperty(name);
		for (const name of used) expect(client.ComfyUiClient.prototype).toHaveProperty(name);
	});
});

/** A picture with its workflow in it. */
async function madeBy(server: LittleComfyUi): Promise<Buffer> {
	await server.submit({
		1: { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: 255 } },
		2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'ComfyUI' } },
	});
	await server.idle();
	return server.files.read('output', 'ComfyUI_00001_.png') as Buffer;
}
