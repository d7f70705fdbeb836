import { connectComfyCloud } from '../../../../nodes/client/hosts/comfyCloud/connect';
import { bytesOf } from '../../support/bytes';
import { caught } from '../../support/caught';
import { picture, save } from '../../support/workflows';
import { onCloud } from '../support/onCloud';

const output = { filename: 'a.png', subfolder: '', type: 'output' } as const;

describe('fetching a file', () => {
	test('follows the redirect to the storage without the key', () =>
		onCloud(async ({ client, cloud }) => {
			cloud.comfyUi.files.put('output', 'sub/a.png', 'bytes');
			const file = await client.openFile({ ...output, subfolder: 'sub' });
			expect((await bytesOf(file.stream)).toString()).toBe('bytes');
			expect([file.size, file.mimeType]).toEqual([5, 'image/png']);
			expect(cloud.storage.origin.requests).toHaveLength(1);
		}));

	test.each([
		['is not there', false],
		['has an address that is too old', true],
	])('that %s is told as such', (_what, expired) =>
		onCloud(async ({ client, cloud }) => {
			if (expired) cloud.comfyUi.files.put('output', 'a.png', 'x');
			cloud.storage.expired = expired;
			const error = await caught(client.download(output));
			expect([error.code, error.message]).toEqual(['not-found', expect.stringContaining('a.png')]);
		}),
	);

	test('that the storage redirects once more is an error without the address', () =>
		onCloud(async ({ client, cloud }) => {
			cloud.comfyUi.files.put('output', 'a.png', 'x');
			const reply = { status: 302, headers: { location: 'http://elsewhere/x?sig=canary' } };
			cloud.storage.origin.faults.arm({ path: /./ }, { kind: 'respond', reply });
			const error = await caught(client.download(output));
			expect([error.code, JSON.stringify(error)]).toEqual(['http', expect.not.stringContaining('canary')]);
		}));

	test.each(['/login', 'https://sso.example.com/start', 'ftp://x/y', ''])(
		'that is redirected to "%s" is an error',
		(location) =>
			onCloud(async (stage) => {
				stage.answer(/view/, 302, '', { location });
				const error = await caught(stage.client.download(output));
				expect(['authentication', 'unexpected-response']).toContain(error.code);
			}),
	);

	test('with one channel comes from the cloud itself', () =>
		onCloud(async ({ client, cloud }) => {
			const { promptId } = await client.queuePrompt(picture());
			const { files } = await client.waitForCompletion(promptId);
			expect((await bytesOf(await client.download(files[0], { channel: 'a' }))).length).toBeGreaterThan(0);
			expect(cloud.storage.origin.requests).toEqual([]);
		}));

	test('re-encoded is refused with what to do instead', () =>
		onCloud(async ({ client }) => {
			const error = await caught(client.download(output, { preview: { format: 'webp' } }));
			expect([error.code, error.hint]).toEqual(['not-supported', expect.stringContaining('Edit Image')]);
		}));
});

describe('storing a file', () => {
	test('gives the name that the cloud made, which a workflow takes', () =>
		onCloud(async ({ client, cloud }) => {
			const made = await client.queuePrompt(picture());
			await client.waitForCompletion(made.promptId);
			const data = cloud.comfyUi.files.read('output', 'x_00001_.png') as Buffer;
			const stored = await client.uploadImage({ data, filename: 'my photo.png', subfolder: 'me' });
			expect(stored).toMatchObject({ name: expect.stringMatching(/^[\da-f]{64}\.png$/), subfolder: '' });
			expect(stored.value).toBe(stored.name);
			const load = { class_type: 'LoadImage', inputs: { image: stored.value } };
			const { promptId } = await client.queuePrompt({ '1': load, '2': save('1', 'copy') });
			expect((await client.waitForCompletion(promptId)).files).toMatchObject([{ nodeId: '2' }]);
		}));

	test('of more than 50 MB is refused before anything is sent', () =>
		onCloud(async ({ client, cloud }) => {
			const upload = { data: Buffer.from('x'), filename: 'a.png', size: 50 * 1024 * 1024 + 1 };
			const error = await caught(client.uploadImage(upload));
			expect([error.code, cloud.origin.requests]).toEqual(['too-large', []]);
		}));

	test('that the cloud refuses is told in its words', () =>
		onCloud(async (stage) => {
			stage.answer(/upload/, 400, { code: 'IMAGE_TOO_LARGE', message: 'Image exceeds 64 megapixels' });
			const error = await caught(stage.client.uploadImage({ data: Buffer.from('x'), filename: 'a.png' }));
			expect([error.code, error.message]).toEqual(['http', expect.stringContaining('64 megapixels')]);
		}));
});

describe('the server', () => {
	test('tells node types, models and user files', () =>
		onCloud(async ({ client, cloud }) => {
			expect((await client.objectInfo('KSampler')).display_name).toBe('KSampler');
			expect((await caught(client.objectInfo('toString'))).code).toBe('not-found');
			expect(await client.models()).toEqual(['checkpoints', 'embeddings']);
			expect(await client.models('checkpoints')).toEqual(['sub/easy.safetensors']);
			expect((await caught(client.models('cars'))).code).toBe('not-found');
			expect(await client.embeddings()).toEqual(['sub/easy']);
			expect(await client.listUserFiles()).toEqual([]);
			expect(await client.getFeatures()).toHaveProperty('max_upload_size');
			expect(cloud.origin.requests.filter(({ path }) => path === '/api/object_info')).toHaveLength(1);
		}));

	test('keeps the jobs that have ended as its history', () =>
		onCloud(async ({ client }) => {
			const ids = [];
			for (const color of [1, 2]) {
				ids.push((await client.queuePrompt(picture(color))).promptId);
				await client.waitForCompletion(ids[ids.length - 1]);
			}
			expect(Object.keys(await client.getHistory())).toEqual(ids);
			expect(Object.keys(await client.getHistory({ maxItems: 1 }))).toEqual([ids[1]]);
			expect(await client.getHistory(ids[0])).toMatchObject({ id: ids[0], status: 'completed' });
			expect(await client.getHistory('none')).toBeUndefined();
			await client.deleteHistory([ids[0]]);
		}));

	test('cannot do everything, and says what to do instead', () =>
		onCloud(async ({ client }) => {
			for (const work of [client.free(), client.viewMetadata('loras', 'a.safetensors')]) {
				const error = await caught(work);
				expect([error.code, typeof error.hint]).toEqual(['not-supported', 'string']);
			}
		}));

	test('accepts the key, or does not', () =>
		onCloud(async ({ cloud }) => {
			const options = { baseUrl: cloud.url, apiKey: cloud.apiKey };
			await expect(connectComfyCloud(options).verify()).resolves.toBe('Connected to Comfy Cloud.');
			const error = await caught(connectComfyCloud({ ...options, apiKey: 'comfyui-wrong' }).verify());
			expect([error.code, error.hint]).toEqual(['authentication', expect.stringContaining('comfyui-')]);
		}));
});

test.each([
	[undefined, 'https://cloud.comfy.org'],
	['cloud.comfy.org/api/', 'https://cloud.comfy.org'],
	['http://127.0.0.1:1/prefix/', 'http://127.0.0.1:1/prefix'],
	['localhost:8000', 'http://localhost:8000'],
])('the base URL %s leads to %s', (baseUrl, base) => {
	expect(connectComfyCloud({ apiKey: 'comfyui-k', baseUrl }).base).toBe(base);
});

test('without a key there is no host', async () => {
	expect((await caught(() => connectComfyCloud({ apiKey: ' ' }))).code).toBe('invalid-input');
});
