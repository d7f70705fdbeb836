import { Readable } from 'node:stream';
import { bytesOf } from '../support/bytes';
import { caught } from '../support/caught';
import { onStage } from '../support/Stage';
import { picture, save } from '../support/workflows';
import type { FileData, Upload } from '../../../nodes/client';

const CONTENT = Buffer.from(Array.from({ length: 200_000 }, (_unused, index) => index % 251));

async function* pieces(): AsyncIterable<Uint8Array> {
	for (let at = 0; at < CONTENT.length; at += 30_000) yield CONTENT.subarray(at, at + 30_000);
}

describe('an upload', () => {
	test.each<[string, () => FileData, number | undefined, boolean]>([
		['of bytes', () => CONTENT, undefined, true],
		[
			'of a part of a buffer',
			() => new Uint8Array(Buffer.concat([Buffer.alloc(9), CONTENT]).buffer).subarray(9, 9 + CONTENT.length),
			undefined,
			true,
		],
		['of a Blob', () => new Blob([CONTENT]), undefined, true],
		['of an iterable of known size', pieces, CONTENT.length, true],
		['of an iterable', pieces, undefined, false],
		['of a Node.js stream of known size', () => Readable.from(pieces()), CONTENT.length, true],
		['of a Node.js stream', () => Readable.from(pieces()), undefined, false],
	])('%s arrives byte for byte', (_what, data, size, known) =>
		onStage(async (stage) => {
			const source = data();
			const expected = source instanceof Uint8Array ? Buffer.from(source) : CONTENT;
			await stage.client.uploadImage({ data: source, filename: 'big.bin', size });
			const [{ headers }] = stage.requests('POST', '/upload/image');
			expect(stage.server.files.read('input', 'big.bin')?.equals(expected)).toBe(true);
			expect(headers['content-length'] !== undefined).toBe(known);
			expect(headers['transfer-encoding']).toBe(known ? undefined : 'chunked');
		}),
	);

	test.each<[string, Partial<Upload>, object]>([
		['an input', {}, { name: 'a.png', subfolder: '', type: 'input', value: 'a.png' }],
		['a subfolder', { subfolder: 'my/cats' }, { subfolder: 'my/cats', value: 'my/cats/a.png' }],
		['a temp file', { type: 'temp' }, { type: 'temp', value: 'a.png [temp]' }],
		['an output in a folder', { type: 'output', subfolder: 'b' }, { value: 'b/a.png [output]' }],
		['a strange name', { filename: 'Käse 100%; a=b.png' }, { value: 'Käse 100%; a=b.png' }],
	])('%s gives the value that nodes take', (_what, upload, expected) =>
		onStage(async ({ client }) => {
			const stored = await client.uploadImage({ data: Buffer.from('x'), filename: 'a.png', ...upload });
			expect(stored).toMatchObject(expected);
		}),
	);

	test('with quotes in its name gives the name that the server made of it', () =>
		onStage(async ({ client, server }) => {
			const upload = { data: Buffer.from('x'), filename: 'a"; name="type".png' };
			const { value, type } = await client.uploadImage(upload);
			expect([server.files.list('input'), type]).toEqual([[value], 'input']);
		}));

	test('keeps what is there already, unless told to overwrite', () =>
		onStage(async ({ client, server }) => {
			const put = async (text: string, overwrite?: boolean) =>
				(await client.uploadImage({ data: Buffer.from(text), filename: 'a.png', overwrite })).value;
			expect([await put('one'), await put('one'), await put('two')]).toEqual(['a.png', 'a.png', 'a (1).png']);
			expect(await put('three', true)).toBe('a.png');
			expect(server.files.read('input', 'a.png')?.toString()).toBe('three');
		}));

	test('is what LoadImage takes', () =>
		onStage(async ({ client, server }) => {
			const first = await client.waitForCompletion((await client.queuePrompt(picture())).promptId);
			const data = await client.download(first.files[0]);
			const { value } = await client.uploadImage({ data, filename: 'in.png', subfolder: 'x' });
			const load = { class_type: 'LoadImage', inputs: { image: value } };
			const job = await client.queuePrompt({ '1': load, '2': save('1', 'copy') });
			expect((await client.waitForCompletion(job.promptId)).files[0].filename).toBe('copy_00001_.png');
			expect(server.files.list('input')).toEqual(['x/in.png']);
		}));

	test('of a mask names the picture that it belongs to', () =>
		onStage(async (stage) => {
			await stage.client.uploadImage({
				data: Buffer.from('m'),
				filename: 'm.png',
				maskOf: { filename: 'a.png' },
			});
			expect(stage.requests('POST', '/upload/mask')[0].bodyText).toContain(
				'{"subfolder":"","type":"input","filename":"a.png"}',
			);
		}));

	test.each([
		['an empty name', { filename: ' ' }],
		['a path as name', { filename: 'a/b.png' }],
		['a Windows path as name', { filename: 'a\\b.png' }],
		['two dots', { filename: 'a..png' }],
		['a line break', { filename: 'a\r\nX: y.png' }],
		['a folder that leads out', { filename: 'a.png', subfolder: '../x' }],
		['an absolute folder', { filename: 'a.png', subfolder: '/etc' }],
		['a drive', { filename: 'a.png', subfolder: 'C:/x' }],
	])('with %s is refused before anything is sent', (_what, upload) =>
		onStage(async (stage) => {
			const error = await caught(stage.client.uploadImage({ data: Buffer.from('x'), ...upload }));
			expect([error.code, stage.server.requests]).toEqual(['invalid-input', []]);
		}),
	);

	test.each<[string, () => FileData, number | undefined]>([
		['bytes', () => CONTENT, undefined],
		['a stream of known size', pieces, CONTENT.length],
	])('of too many %s is refused before it is sent', (_what, data, size) =>
		onStage(
			async (stage) => {
				const error = await caught(stage.client.uploadImage({ data: data(), filename: 'a.bin', size }));
				expect(error.code).toBe('too-large');
				expect(error.message).toMatch(/0\.2 MB.*at most 0\.1 MB/);
				expect(stage.requests('POST', '/upload/image')).toEqual([]);
			},
			{ maxUploadBytes: 100_000 },
		),
	);

	test('that the server finds too large says the same', () =>
		onStage(
			async ({ client }) => {
				const error = await caught(client.uploadImage({ data: CONTENT, filename: 'a.bin' }));
				expect(error.code).toBe('too-large');
				expect(error.hint).toContain('--max-upload-size');
			},
			{ maxUploadBytes: 100_000, version: '0.3.40' }, // does not tell its limit
		));

	test('whose source fails is an error and leaves nothing behind', () =>
		onStage(async ({ client, server }) => {
			async function* broken(): AsyncIterable<Uint8Array> {
				yield CONTENT;
				throw new Error('disk gone');
			}
			expect((await caught(client.uploadImage({ data: broken(), filename: 'a.bin' }))).code).toBe(
				'connection',
			);
			expect(server.files.list('input')).toEqual([]);
		}));
});

describe('a download', () => {
	const file = { filename: 'a b&c.bin', subfolder: 'x/ü', type: 'output' } as const;

	test('is a Node.js stream with size and type', () =>
		onStage(async ({ client, server }) => {
			server.files.put('output', 'x/ü/a b&c.bin', CONTENT);
			const { stream, size, mimeType } = await client.openFile(file);
			expect(stream).toBeInstanceOf(Readable);
			expect([size, mimeType]).toEqual([CONTENT.length, 'application/octet-stream']);
			expect((await bytesOf(stream)).equals(CONTENT)).toBe(true);
		}));

	test('sends the three parts of the place apart', () =>
		onStage(async (stage) => {
			stage.server.files.put('output', 'x/ü/a b&c.bin', 'x');
			await bytesOf(await stage.client.download(file));
			expect(stage.requests('GET', '/view')[0].query).toEqual(file);
		}));

	test.each([
		['temp', 'deleted when ComfyUI starts'],
		['output', 'previous run'],
	] as const)('of a missing %s file says why it may be gone', (type, hint) =>
		onStage(async ({ client }) => {
			const error = await caught(client.download({ filename: 'gone.png', subfolder: 'a', type }));
			expect(error.code).toBe('not-found');
			expect(error.message).toContain(`"a/gone.png" (${type})`);
			expect(error.hint).toContain(hint);
		}),
	);

	test.each([
		[{ preview: { format: 'webp' } }, { preview: 'webp;90' }, 'image/webp'],
		[{ preview: { format: 'jpeg', quality: 40 } }, { preview: 'jpeg;40' }, 'image/jpeg'],
		[{ channel: 'rgb' }, { channel: 'rgb' }, 'image/png'],
	] as const)('can be converted: %j', (options, query, type) =>
		onStage(async (stage) => {
			const { client } = stage;
			const { files } = await client.waitForCompletion((await client.queuePrompt(picture())).promptId);
			const { stream, mimeType } = await client.openFile(files[0], options);
			expect((await bytesOf(stream)).length).toBeGreaterThan(0);
			expect(mimeType).toBe(type);
			expect(stage.requests('GET', '/view')[0].query).toMatchObject(query);
		}),
	);

	test('cannot convert what is no picture, and says so', () =>
		onStage(async ({ client, server }) => {
			server.files.put('output', 'song.mp3', 'no picture');
			const song = { filename: 'song.mp3', subfolder: '', type: 'output' } as const;
			const error = await caught(client.download(song, { preview: { format: 'webp' } }));
			expect([error.code, error.message]).toEqual(['invalid-input', expect.stringContaining('not an image')]);
		}));

	test.each(['cutDownload', 'wrongContentLength'] as const)('that breaks off fails (%s)', (fault) =>
		onStage(async ({ client, server }) => {
			server.files.put('output', 'x/ü/a b&c.bin', CONTENT);
			server.faults[fault]({ path: /view/ }, 5000);
			await expect(bytesOf(await client.download(file))).rejects.toThrow();
		}),
	);

	test('that stalls is given up after a while', () =>
		onStage(async (stage) => {
			stage.server.files.put('output', 'x/ü/a b&c.bin', CONTENT);
			stage.server.faults.stallDownload({ path: /view/ }, 5000);
			const client = stage.connect({ idleTimeoutMs: 100 });
			const fetched = async () => await bytesOf(await client.download(file));
			await expect(fetched()).rejects.toThrow();
		}));

	test('ends with its signal', () =>
		onStage(async ({ client, server }) => {
			server.files.put('output', 'x/ü/a b&c.bin', CONTENT);
			server.faults.stallDownload({ path: /view/ }, 5000);
			const controller = new AbortController();
			const bytes = bytesOf(await client.download(file, { signal: controller.signal }));
			controller.abort();
			await expect(bytes).rejects.toThrow();
		}));
});

test('the URL of a file holds no credentials', () =>
	onStage(async (stage) => {
		const url = `${stage.server.url.replace('://', '://ann:pw@')}?token=abcd`;
		const client = stage.connect({ url });
		const { files } = await client.waitForCompletion((await client.queuePrompt(picture())).promptId);
		expect(files[0].url).toBe(`${stage.server.url}/api/view?filename=x_00001_.png&type=output`);
	}));
