import { bytesOf } from '../../support/bytes';
import { caught } from '../../support/caught';
import { picture, save } from '../../support/workflows';
import type { ApiV2Play } from '../support/onApiV2';
import { onApiV2 } from '../support/onApiV2';

async function aPicture({ client, api }: ApiV2Play): Promise<Buffer> {
	const { promptId } = await client.queuePrompt(picture());
	await client.waitForCompletion(promptId);
	return api.comfyUi.files.read('output', 'x_00001_.png') as Buffer;
}

const load = (image: unknown) => ({
	'1': { class_type: 'LoadImage', inputs: { image } },
	'2': save('1', 'copy'),
});

describe('an uploaded file', () => {
	test('goes into a workflow as a text, and is sent as the reference that the API wants', () =>
		onApiV2(async (stage) => {
			const { client, api } = stage;
			const data = await aPicture(stage);
			const stored = await client.uploadImage({ data, filename: 'photo [1].png', subfolder: 'me' });
			expect(stored).toMatchObject({ name: 'photo [1].png', subfolder: 'me', type: 'input' });
			expect(api.comfyUi.files.read('input', 'me/photo [1].png')).toEqual(data);
			expect(stored.value).toMatch(/^photo \[1\]\.png \[asset [\w-]+\.[\w-]+\]$/);
			const { promptId } = await client.queuePrompt(load(stored.value));
			expect((await client.waitForCompletion(promptId)).files).toMatchObject([{ nodeId: '2' }]);
			const sent = JSON.parse(stage.submissions()[1].bodyText) as { workflow: ReturnType<typeof load> };
			expect(sent.workflow['1'].inputs.image).toEqual({
				__type: 'core/ASSET',
				info: { id: expect.any(String), file_path: 'photo [1].png' },
			});
		}));

	test('may be given as a reference by hand', () =>
		onApiV2(async (stage) => {
			const { client } = stage;
			const stored = await client.uploadImage({ data: await aPicture(stage), filename: 'a.png' });
			const id = /asset ([\w.-]+)/.exec(stored.value)?.[1];
			const { promptId } = await client.queuePrompt(load({ __type: 'core/ASSET', info: { id } }));
			expect((await client.waitForCompletion(promptId)).files).toHaveLength(1);
		}));

	test('that is gone makes the API refuse the workflow, with what to do', () =>
		onApiV2(async ({ client }) => {
			const error = await caught(client.queuePrompt(load('a.png [asset 6f1ed002]')));
			expect([error.code, error.hint]).toEqual(['validation', expect.stringContaining('Upload')]);
		}));

	test.each([
		['a mask', { maskOf: { filename: 'a.png' } }],
		['an output', { type: 'output' as const }],
	])('as %s is refused with what to do instead', (_what, more) =>
		onApiV2(async ({ client, api }) => {
			const error = await caught(client.uploadImage({ data: Buffer.from('x'), filename: 'a.png', ...more }));
			expect([error.code, typeof error.hint, api.origin.requests]).toEqual(['not-supported', 'string', []]);
		}),
	);
});

describe('a file that a job made', () => {
	test.each(['deployment', 'proxy'] as const)('of a %s keeps its address, and can be fetched', (kind) =>
		onApiV2(
			async (stage) => {
				const { client, api } = stage;
				const bytes = await aPicture(stage);
				const { promptId } = await client.queuePrompt(picture());
				const { files } = await client.waitForCompletion(promptId);
				expect(files).toMatchObject([
					{
						nodeId: '2',
						nodeTitle: 'Keep it',
						nodeType: 'SaveImage',
						key: 'images',
						filename: 'x_00001_.png',
						subfolder: '',
						type: 'output',
						kind: 'image',
						mimeType: 'image/png',
						url: expect.stringMatching(/\/api\/v2\/assets\/[\w-]+\.[\w-]+\/content$/),
						info: kind === 'proxy' ? { id: expect.any(String) } : { bytes: bytes.length },
					},
				]);
				// the proxy says 0 of every file, which is not passed on
				expect(Object.hasOwn(files[0].info ?? {}, 'bytes')).toBe(kind !== 'proxy');
				const file = await client.openFile(files[0]);
				expect((await bytesOf(file.stream)).equals(bytes)).toBe(true);
				expect(api.storage.origin.requests).toHaveLength(kind === 'proxy' ? 0 : 1);
			},
			{ kind },
		),
	);

	test('at an address elsewhere is fetched without the key', () =>
		onApiV2(async (stage) => {
			const { client, api } = stage;
			const data = await aPicture(stage);
			const { value } = await client.uploadImage({ data, filename: 'a.png' });
			const url = api.storage.addressOf(`${/asset ([\w.-]+)/.exec(value)?.[1]}/a.png`);
			const file = { filename: 'a.png', subfolder: '', type: 'output' as const, url };
			expect((await bytesOf(await client.download(file))).equals(data)).toBe(true);
			expect(api.storage.origin.requests[0].headers.authorization).toBeUndefined();
		}));

	test('on another route of the API is fetched without the key', () =>
		onApiV2(async ({ client, api }) => {
			for (const id of ['..', '.', 'a/b', 'a..b']) {
				const url = `${api.url}/api/v2/assets/${id}/content`;
				await caught(client.download({ filename: 'a.png', subfolder: '', type: 'output', url }));
			}
			const keys = api.origin.requests.map(({ headers }) => headers.authorization);
			expect(keys).toEqual([undefined, undefined, undefined, undefined]);
		}));

	test('with the path of an asset on another host is asked for there, without the key', () =>
		onApiV2(async ({ client, api }) => {
			const path = '/api/v2/assets/mine/content';
			for (const base of [api.storage.origin.url, `${api.url}.invalid`, `${api.url}9`]) {
				const file = { filename: 'a.png', subfolder: '', type: 'output' as const, url: base + path };
				await caught(client.download(file));
			}
			const here = api.origin.requests.filter((request) => request.path === path);
			expect(here).toEqual([]);
			expect(api.storage.origin.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
		}));

	test('without an address is refused with what to pass on', () =>
		onApiV2(async ({ client }) => {
			const error = await caught(client.download({ filename: 'a.png', subfolder: '', type: 'output' }));
			expect([error.code, error.hint]).toEqual(['invalid-input', expect.stringContaining('url')]);
		}));

	test('is not converted', () =>
		onApiV2(async ({ client }) => {
			const file = { filename: 'a.png', subfolder: '', type: 'output' as const, url: 'http://x/y' };
			for (const options of [{ preview: { format: 'webp' as const } }, { channel: 'a' as const }]) {
				expect((await caught(client.download(file, options))).code).toBe('not-supported');
			}
		}));
});
