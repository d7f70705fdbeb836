import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { encodePng } from '../../server/pictures/encodePng';
import { flatPicture } from '../../server/pictures/Picture';
import { until } from '../../support/until';
import { FileNodes } from '../support/fileNodes';
import { nodeType } from '../../support/builtPackage';

const png = encodePng(flatPicture(16, 16, 0xff8800));
const large = Buffer.alloc(3_000_000, 'ComfyUI ');

describe.each(['filesystem', 'default'] as const)('with binary mode %s', (binaryMode) => {
	let nodes: FileNodes;
	beforeAll(async () => {
		nodes = await FileNodes.start(binaryMode);
		nodes.put('a.png', png);
		nodes.put('clip.mp4', large);
		nodes.put('empty.txt', Buffer.alloc(0));
	});
	afterAll(async () => await nodes.stop());
	afterEach(() => nodes.server.faults.clear());

	const get = async (files: string, more: object = {}) =>
		await nodes.get({ source: 'files', files, ...more });
	const storedFiles = async () =>
		(await readdir(path.join(nodes.engine.folder, 'binaries'), { recursive: true, withFileTypes: true }))
			.filter((entry) => entry.isFile() && !entry.name.endsWith('.metadata'))
			.map((entry) => entry.name);

	test('a file arrives byte for byte', async () => {
		const run = await get('clip.mp4');
		const [item] = run.items('Node');
		expect((await run.binary(item, 'data')).equals(large)).toBe(true);
		expect(item.json.size).toBe(large.length);
	});

	test('an empty file arrives as an empty file', async () => {
		const run = await get('empty.txt');
		const [item] = run.items('Node');
		expect(await run.binary(item, 'data')).toEqual(Buffer.alloc(0));
		expect(item.json.size).toBe(0);
	});

	test.each([
		['is cut', () => nodes.server.faults.cutDownload({ path: /view/ }, 1_000_000)],
		['is shorter than announced', () => nodes.server.faults.wrongContentLength({ path: /view/ }, 10)],
	])('a download that %s is an error and leaves nothing that looks whole', async (_, arm) => {
		const before = binaryMode === 'filesystem' ? await storedFiles() : [];
		arm();
		const run = await get('clip.mp4');
		expect(run.error?.message).toBe(
			`The download of "clip.mp4" is incomplete: ${nodes.server.url} closed the connection before the answer was complete.`,
		);
		expect(run.error?.description).toContain('Look at the ComfyUI log.');
		expect(run.items('Node')).toEqual([]);
		if (binaryMode === 'filesystem') expect(await storedFiles()).toEqual(before);
	});

	test('a download that is cut is not taken for a missing file', async () => {
		nodes.server.faults.cutDownload({ path: /view/ }, 1000);
		const run = await get('clip.mp4', { options: { skipMissing: true, whenNoFiles: 'return' } });
		expect(run.error?.message).toContain('The download of "clip.mp4" is incomplete');
	});

	test('a download that stalls ends when the execution is stopped', async () => {
		nodes.server.faults.stallDownload({ path: /view/ }, 1000);
		const { run, cancel } = nodes.engine.launch({
			nodes: [
				{
					name: 'Node',
					type: nodeType('GetImages'),
					parameters: { source: 'files', files: 'clip.mp4' },
				},
			],
			credentials: { comfyUiApi: { url: nodes.server.url } },
		});
		const asked = () => nodes.server.requests.some(({ path: at }) => at.endsWith('/view'));
		nodes.server.requests.splice(0);
		await until(asked, 'the download');
		cancel();
		expect((await run).status).toBe('canceled');
	});

	test('a download whose connection breaks before any answer is an error', async () => {
		nodes.server.faults.resetConnection({ path: /view/ });
		const { error } = await get('clip.mp4');
		expect(error?.message).toContain('closed the connection before the answer was complete');
	});
});

describe('a picture that the server converts', () => {
	let nodes: FileNodes;
	beforeAll(async () => {
		nodes = await FileNodes.start();
		nodes.put('a.png', png);
		nodes.put('clip.mp4', large);
		nodes.put('drawing.svg', Buffer.from('<svg/>'));
		nodes.put('broken.png', Buffer.from('no picture'));
	});
	afterAll(async () => await nodes.stop());
	beforeEach(() => nodes.server.requests.splice(0));

	const get = async (parameters: object, files = 'a.png') =>
		await nodes.get({ source: 'files', files, ...parameters });
	const asked = () => nodes.server.requests.find(({ path: at }) => at.endsWith('/view'))?.query;

	test.each([
		['jpeg', 'a.jpg', 'image/jpeg', 'ffd8ff'],
		['webp', 'a.webp', 'image/webp', '52494646'],
	])('to %s is named and typed by what it is now', async (convert, fileName, mimeType, magic) => {
		const run = await get({ convert, quality: 70 });
		const [item] = run.items('Node');
		expect(asked()).toMatchObject({ preview: `${convert};70` });
		expect(item.binary?.data).toMatchObject({ fileName, mimeType });
		expect(item.json).toMatchObject({ comfyUiFile: 'a.png [output]', fileName, mimeType });
		expect((await run.binary(item, 'data')).toString('hex')).toMatch(new RegExp(`^${magic}`));
	});

	test.each(['rgb', 'a'])('by taking the channel %s out is a PNG', async (channel) => {
		const run = await get({ options: { channel } });
		expect(asked()).toMatchObject({ channel });
		expect(run.items('Node')[0].binary?.data).toMatchObject({ fileName: 'a.png', mimeType: 'image/png' });
	});

	test('and named by the user gets the new extension', async () => {
		const run = await get({ convert: 'webp', options: { fileName: 'portrait.png' } });
		expect(run.items('Node')[0].binary?.data.fileName).toBe('portrait.webp');
	});

	test.each(['clip.mp4', 'drawing.svg'])('is not %s, which stays as it is', async (file) => {
		const run = await get({ convert: 'jpeg' }, file);
		expect(asked()).not.toHaveProperty('preview');
		expect(run.items('Node')[0].binary?.data.fileName).toBe(file);
	});

	test('and that is damaged is an error that names it', async () => {
		const { error } = await get({ convert: 'jpeg' }, 'broken.png');
		expect(error?.message).toBe('The server could not convert "broken.png": it is not an image.');
	});

	test.each(['webp', 'jpeg'])('to %s cannot be its alpha channel alone', async (convert) => {
		const { error } = await get({ convert, options: { channel: 'a' } });
		expect(error?.message).toBe('ComfyUI cannot convert only the alpha channel.');
		expect(asked()).toBeUndefined();
	});

	test('needs a quality from 1 to 100', async () => {
		const { error } = await get({ convert: 'jpeg', quality: '={{ 101 }}' });
		expect(error?.message).toBe('"Quality" is not a number from 1 to 100.');
	});
});

describe('a file that the server no longer has', () => {
	let nodes: FileNodes;
	beforeAll(async () => {
		nodes = await FileNodes.start();
	});
	afterAll(async () => await nodes.stop());
	const workflow = {
		'1': { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 2, color: 1 } },
		'2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'set/p' } },
	};

	/** The second run is cached and lists the files of the first, of which one is gone. */
	async function cachedRun(): Promise<string> {
		await nodes.made(workflow);
		nodes.server.files.delete('output', 'set/p_00001_.png');
		return await nodes.made(workflow);
	}

	test('after a cached run is an error that says why and what to do', async () => {
		const { error } = await nodes.get({ promptId: await cachedRun() });
		expect(error?.message).toBe('The server no longer has the file "set/p_00001_.png" (output).');
		expect(error?.description).toContain(
			'A run whose nodes were all cached refers to the files of a previous run',
		);
	});

	test('is left out, listed and remarked on when missing files are skipped', async () => {
		const run = await nodes.get({ promptId: await cachedRun(), options: { skipMissing: true } });
		const [item, ...others] = run.items('Node');
		expect(others).toEqual([]);
		expect(item.json).toMatchObject({ fileName: 'p_00002_.png', missing: ['set/p_00001_.png'] });
		expect(run.hints('Node')).toMatchObject([
			{ message: 'Left out because the server no longer has it: set/p_00001_.png.', type: 'warning' },
		]);
	});

	test('is an error all the same when there is no other', async () => {
		const parameters = { source: 'files', files: 'gone.png', options: { skipMissing: true } };
		const { error } = await nodes.get(parameters);
		expect(error?.message).toBe('The server no longer has any of the files: gone.png.');

		const options = { skipMissing: true, whenNoFiles: 'return' };
		const run = await nodes.get({ ...parameters, options });
		expect(run.items('Node')[0].json).toEqual({ missing: ['gone.png'], fileCount: 0 });
	});
});
