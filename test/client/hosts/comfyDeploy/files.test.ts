import type { Upload } from '../../../../nodes/client';
import { bytesOf } from '../../support/bytes';
import { caught } from '../../support/caught';
import { onComfyDeploy } from '../support/comfyDeployStage';

const WEB_APP = { generation: 'webApp' } as const;
const OLDER = { generation: 'webApp', shapes: 'documented' } as const;
const data = Uint8Array.from([137, 80, 78, 71, 1, 2, 3]);
const upload: Upload = { data, filename: 'my cat.png' };

async function* pieces() {
	yield data.subarray(0, 3);
	yield data.subarray(3);
}

describe('uploads', () => {
	test.each([
		['the web app', WEB_APP, 'inputs/img_8Kc2.png'],
		['its older documents', OLDER, 'inputs/my cat.png'],
	])('go to the signed address, without the key: %s', (_, options, path) =>
		onComfyDeploy(async (stage) => {
			const { bucket } = stage.server;
			const stored = await stage.connect().uploadImage(upload);
			expect(decodeURIComponent(stored.value)).toBe(bucket.addressOf(path));
			expect(stored).toMatchObject({ name: path.split('/')[1], subfolder: '', type: 'input' });
			expect(bucket.files.get(path)).toMatchObject({ data: Buffer.from(data), contentType: 'image/png' });
			expect(bucket.requests.map(({ method, headers }) => [method, headers.authorization])).toEqual([
				['PUT', undefined],
			]);
		}, options),
	);

	test('go as a form where there are no signed addresses, which is remembered', () =>
		onComfyDeploy(async (stage) => {
			const film = { data: pieces(), size: data.length, filename: 'film.mp4' };
			const { value } = await stage.connect().uploadImage(film);
			expect(value).toBe(stage.server.bucket.addressOf('inputs/vid_film.mp4'));
			expect(stage.server.bucket.files.get('inputs/vid_film.mp4')?.data).toEqual(Buffer.from(data));
			const before = stage.server.requests.length;
			await stage.connect().uploadImage(upload);
			expect(stage.server.requests).toHaveLength(before + 1);
		}));

	test('stream, when their size is given', () =>
		onComfyDeploy(async (stage) => {
			const streamed = { ...upload, data: pieces(), size: data.length };
			await stage.connect().uploadImage(streamed);
			expect(stage.server.bucket.files.get('inputs/img_8Kc2.png')?.data).toEqual(Buffer.from(data));
			const sizeless = stage.connect().uploadImage({ ...upload, data: pieces() });
			expect((await caught(sizeless)).code).toBe('invalid-input');
		}, WEB_APP));

	test('that a storage refuses after their address has expired say so', () =>
		onComfyDeploy(async (stage) => {
			const { url } = stage.server;
			const body = {
				upload_url: `${url}/nowhere?X-Amz-Signature=canary`,
				download_url: `${url}/file.png`,
				expires_at: '2020-01-01T00:00:00Z',
			};
			stage.server.fault({ path: /upload-url/ }, { kind: 'respond', reply: { status: 200, body } });
			stage.server.fault(
				{ method: 'PUT', path: /nowhere/ },
				{ kind: 'respond', reply: { status: 403, body: 'expired' } },
			);
			const error = await caught(stage.connect().uploadImage(upload));
			expect([error.code, error.message]).toEqual(['http', expect.stringContaining('expired at 2020-01-01')]);
			expect(JSON.stringify(error)).not.toContain('canary');
		}, WEB_APP));

	test.each(['signed', 'wanted'] as const)('say who may read the file where that is %s', (acl) =>
		onComfyDeploy(async (stage) => {
			stage.server.bucket.acl = acl;
			await stage.connect().uploadImage(upload);
			expect(stage.server.bucket.files.get('inputs/img_8Kc2.png')?.publicRead).toBe(true);
		}, WEB_APP),
	);

	test('follow the storage to another address when they can be sent again', () =>
		onComfyDeploy(async (stage) => {
			stage.server.bucket.redirects = true;
			await stage.connect().uploadImage(upload);
			expect(stage.server.bucket.files.size).toBe(1);
			const streamed = { ...upload, data: pieces(), size: data.length };
			expect((await caught(stage.connect().uploadImage(streamed))).code).toBe('unexpected-response');
		}, WEB_APP));

	test('that come too late are refused without showing the signed address', () =>
		onComfyDeploy(async (stage) => {
			stage.server.bucket.expired = true;
			const error = await caught(stage.connect().uploadImage(upload));
			expect(error).toMatchObject({
				code: 'http',
				status: 403,
				hint: expect.stringContaining('five minutes'),
			});
			expect(`${error.message} ${error.hint}`).not.toContain('canary');
		}, WEB_APP));

	test.each([
		[{ filename: 'film.mp4' }, 'invalid-input'],
		[{ contentType: 'image/webp' }, 'invalid-input'],
		[{ data: new Uint8Array() }, 'invalid-input'],
		[{ size: 51 * 1024 * 1024 }, 'too-large'],
		[{ maskOf: { filename: 'a.png' } }, 'not-supported'],
		[{ type: 'temp' as const }, 'not-supported'],
	])('that the web app would not take are refused before they are sent: %j', (change, code) =>
		onComfyDeploy(async (stage) => {
			expect((await caught(stage.connect().uploadImage({ ...upload, ...change }))).code).toBe(code);
			expect(stage.requests('GET', '/upload-url')).toEqual([]);
			expect(stage.requestsElsewhere()).toEqual([]);
		}, WEB_APP),
	);
});

describe('downloads', () => {
	test('follow redirects, without the key', () =>
		onComfyDeploy(async (stage) => {
			stage.server.bucket.redirects = true;
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(undefined, stage.job('picture').options);
			const { files } = await client.waitForCompletion(promptId);
			const { stream, size, mimeType } = await client.openFile(files[0]);
			expect([(await bytesOf(stream)).length, mimeType]).toEqual([size, 'image/png']);
			expect(stage.server.bucket.requests.map(({ headers }) => headers.authorization)).toEqual([
				undefined,
				undefined,
			]);
		}));

	test.each(['ftp://127.0.0.1/a.png', 'file:///etc/passwd', 'data:image/png;base64,AAAA', ''])(
		'follow no redirect over another scheme: "%s"',
		(location) =>
			onComfyDeploy(async (stage) => {
				const client = stage.connect();
				const { promptId } = await client.queuePrompt(undefined, stage.job('picture').options);
				const { files } = await client.waitForCompletion(promptId);
				stage.server.bucket.redirects = location || 'http://';
				const error = await caught(client.openFile(files[0]));
				expect(error).toMatchObject({ code: 'unexpected-response', status: 307 });
				expect(error.message).toContain('redirects to nowhere');
				expect(stage.server.bucket.requests).toHaveLength(1);
			}),
	);

	test('of files that are gone, have no address or should be converted', () =>
		onComfyDeploy(async (stage) => {
			const client = stage.connect();
			const file = { filename: 'a.png', subfolder: '', type: 'output' as const };
			const url = stage.server.bucket.addressOf('nobody/a.png');
			expect((await caught(client.download({ ...file, url }))).code).toBe('not-found');
			expect((await caught(client.download(file))).code).toBe('not-found');
			const preview = { format: 'webp' as const };
			expect((await caught(client.download({ ...file, url }, { preview }))).code).toBe('not-supported');
			const nowhere = await caught(client.download({ ...file, url: 'http://127.0.0.1:1/a.png?canary' }));
			expect(nowhere.message).toContain('http://127.0.0.1:1');
			expect(nowhere.message).not.toContain('canary');
		}));
});
