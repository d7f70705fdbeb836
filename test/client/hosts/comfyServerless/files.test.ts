import { randomBytes } from 'node:crypto';
import { collectWithUrls, readOutputs } from '../../../../nodes/client/hosts/comfyServerless/outputs';
import { bytesOf } from '../../support/bytes';
import { caught } from '../../support/caught';
import { picture } from '../../support/workflows';
import { onServerless } from '../support/comfyServerlessStage';
import { locate } from '../../../../nodes/client/hosts/comfyServerless/Files';

const data = randomBytes(3000);
const KINDS = ['bytes', 'broken', 'facts'] as const;

describe.each(KINDS)('where /files/{id} answers with %s', (files) => {
	test('a stored file can be read again', async () => {
		await onServerless(
			async (stage) => {
				const { serverless } = stage.service();
				const stored = await serverless.uploadFile({ data, filename: 'my photo.png' });
				expect(stored).toMatchObject({ filename: 'my photo.png', size: 3000, contentType: 'image/png' });
				const { stream, mimeType } = await serverless.openFile(stored.fileId);
				expect([(await bytesOf(stream)).equals(data), mimeType]).toEqual([true, 'image/png']);
			},
			{ files },
		);
	});

	test('the facts of a stored file are returned', async () => {
		await onServerless(
			async (stage) => {
				const { serverless } = stage.service();
				const { fileId } = await serverless.uploadFile({ data, filename: 'my photo.png' });
				expect(await serverless.fileFacts(fileId)).toMatchObject({
					fileId,
					filename: 'my photo.png',
					contentType: 'image/png',
					size: 3000,
					createdAt: files === 'facts' ? Date.UTC(2026, 0, 2, 3, 4, 5, 678) : undefined,
				});
			},
			{ files },
		);
	});

	test('a file of JSON is not taken for what is known of it', async () => {
		await onServerless(
			async (stage) => {
				const { serverless } = stage.service();
				const text = '{"file_id": "another"}';
				const { fileId } = await serverless.uploadFile({ data: Buffer.from(text), filename: 'a.json' });
				const { stream } = await serverless.openFile(fileId);
				expect((await bytesOf(stream)).toString()).toBe(text);
				expect(await serverless.fileFacts(fileId)).toMatchObject({ fileId, filename: 'a.json' });
			},
			{ files },
		);
	});

	test('a file that is not there is reported as missing', async () => {
		await onServerless(
			async (stage) => {
				const { serverless } = stage.service();
				const codes = [serverless.openFile('none'), serverless.fileFacts('none')];
				for (const work of codes) expect((await caught(work)).code).toBe('not-found');
			},
			{ files },
		);
	});
});

test('what is known of a file is never handed out as its content', async () => {
	await onServerless(
		async (stage) => {
			stage.server.files.set('f1', { filename: 'a.png', data: Buffer.alloc(0) });
			const error = await caught(stage.service().serverless.openFile('f1'));
			expect([error.code, error.message]).toEqual([
				'not-found',
				expect.stringContaining('no longer has its bytes'),
			]);
		},
		{ files: 'facts' },
	);
});

describe('an upload', () => {
	test('of more than 100 MB is refused before it is sent', async () => {
		await onServerless(async (stage) => {
			const { serverless } = stage.service();
			const size = 100 * 1024 * 1024 + 1;
			const error = await caught(serverless.uploadFile({ data, filename: 'a.png', size }));
			expect(error.code).toBe('too-large');
			expect(stage.server.requests).toEqual([]);
		});
	});

	test('of unknown size that is too large is told as such', async () => {
		await onServerless(async (stage) => {
			const body = {
				error: 'http_error',
				message: 'File too large. Maximum size is 100MB.',
				status_code: 413,
			};
			stage.server.faults.arm({ path: /upload/ }, { kind: 'respond', reply: { status: 413, body } });
			const error = await caught(stage.service().serverless.uploadFile({ data, filename: 'a.png' }));
			expect([error.code, error.message]).toEqual(['too-large', expect.stringContaining('100MB')]);
		});
	});

	test('is sent again when the login had just ended, unless it is a stream', async () => {
		await onServerless(async (stage) => {
			const host = stage.service();
			const { serverless } = host;
			const stream = async function* () {
				yield data;
			};
			await host.verify();
			stage.server.accounts.expire();
			expect(await serverless.uploadFile({ data, filename: 'a.png' })).toMatchObject({ size: 3000 });
			stage.server.accounts.expire();
			const error = await caught(serverless.uploadFile({ data: stream(), filename: 'a.png' }));
			expect([error.code, error.hint]).toEqual(['authentication', expect.stringContaining('once more')]);
			expect(await serverless.uploadFile({ data: stream(), filename: 'a.png' })).toMatchObject({
				size: 3000,
			});
		});
	});

	test('for a workflow is refused, since no workflow could use it', async () => {
		await onServerless(async (stage) => {
			const error = await caught(stage.connect().uploadImage({ data, filename: 'a.png' }));
			expect([error.code, error.hint]).toEqual(['not-supported', expect.stringContaining('from a URL')]);
			expect(stage.server.requests).toEqual([]);
		});
	});
});

describe('a file that a job made', () => {
	test('is fetched from the service itself with credentials, on whichever route has it', async () => {
		await onServerless(
			async (stage) => {
				const { url, files } = stage.server;
				files.set('f 1', { filename: 'a.png', data });
				const file = { filename: 'a.png', subfolder: '', type: 'output' as const, url: `${url}/files/f%201` };
				const stream = await stage.connect().download(file);
				expect((await bytesOf(stream)).equals(data)).toBe(true);
			},
			{ files: 'broken' },
		);
	});

	test('cannot be converted', async () => {
		await onServerless(async (stage) => {
			const file = { filename: 'a.png', subfolder: '', type: 'output' as const, url: 'http://x/a.png' };
			const error = await caught(stage.connect().download(file, { channel: 'rgb' }));
			expect(error.code).toBe('not-supported');
		});
	});

	test('that the storage has deleted is reported as deleted', async () => {
		await onServerless(async (stage) => {
			const client = stage.connect();
			const { promptId } = await client.queuePrompt(picture());
			const { files } = await client.waitForCompletion(promptId);
			stage.server.storage.expired = true;
			expect((await caught(client.download(files[0]))).code).toBe('not-found');
		});
	});
});

test.each([
	['https://s.example/api/x?a=1', { kind: 'here', path: '/x', query: { a: '1' } }],
	['https://s.example/api/files/f1/download', { kind: 'here', fileId: 'f1' }],
	['files/f1', { kind: 'here', path: '/files/f1', fileId: 'f1' }],
	['https://s.example/other/x', { kind: 'elsewhere' }],
	['https://s.example/apix/x', { kind: 'elsewhere' }],
	['https://s.example/api/../x', { kind: 'elsewhere' }],
	['https://s.example.evil.com/api/x', { kind: 'elsewhere' }],
	['http://s.example/api/x', { kind: 'elsewhere' }],
	['https://s.example@evil.com/api/x', { kind: 'elsewhere' }],
	['https://me@s.example/api/x', { kind: 'elsewhere' }],
	['https://me:word@s.example/api/x', { kind: 'elsewhere' }],
	['//evil.com/api/x', { kind: 'elsewhere' }],
])('credentials go only to addresses of the service itself: %s', (address, place) => {
	expect(locate(address, 'https://s.example/api')).toMatchObject(place);
});

describe('outputs', () => {
	const base = 'https://s.example/api';
	const filesOf = (outputs: unknown) =>
		collectWithUrls(readOutputs(outputs), base)?.files.map(({ nodeId, key, filename, url }) => [
			nodeId,
			key,
			filename,
			url,
		]);
	const url = 'https://cdn.example/jobs/1/a%20b.png?sig=1';

	test.each([
		['by node and key', { '9': { images: [{ filename: 'x.png', url }] } }, ['9', 'images', 'x.png', url]],
		['by node and key, addresses alone', { '9': { images: [url] } }, ['9', 'images', 'a b.png', url]],
		['by node', { '9': [{ url }] }, ['9', 'files', 'a b.png', url]],
		['by node, one file', { '9': { url } }, ['9', 'files', 'a b.png', url]],
		['by key', { images: [{ url }] }, ['', 'images', 'a b.png', url]],
		['in a list', [{ node_id: 9, url }], ['9', 'files', 'a b.png', url]],
		[
			'relative to the base URL',
			{ '9': { images: [{ filename: 'x.png', url: '/files/f1/download' }] } },
			['9', 'images', 'x.png', `${base}/files/f1/download`],
		],
	])('with addresses are understood %s', (_how, outputs, file) => {
		expect(filesOf(outputs)).toEqual([file]);
	});

	test.each([[null], [{}], [[]], [{ '9': { images: [{ filename: 'x.png' }] } }], ['x'], [{ a: null }]])(
		'without addresses are left to be read as those of ComfyUI: %j',
		(outputs) => {
			expect(filesOf(outputs)).toBeUndefined();
		},
	);

	test('an address that is none of the web is dropped', () => {
		expect(filesOf({ '9': { images: [{ filename: 'x.png', url: 'file:///etc/passwd' }] } })).toBeUndefined();
	});

	test('of ComfyUI stay as they are', () => {
		const outputs = { '9': { images: [{ filename: 'x.png' }], width: 3, deep: [[[[['x']]]]] } };
		expect(readOutputs(outputs)).toEqual(outputs);
	});

	test('texts stay texts, also those that are addresses', () => {
		expect(readOutputs({ '5': { text: [url] } })).toEqual({ '5': { text: [url] } });
		const outputs = { '5': { text: ['hello'] }, '9': { images: [{ filename: 'x.png', url }] } };
		expect(collectWithUrls(readOutputs(outputs), base)?.texts).toMatchObject([
			{ nodeId: '5', text: 'hello' },
		]);
	});
});
