import { Readable } from 'node:stream';
import { bytesOf } from '../support/bytes';
import { caught } from '../support/caught';
import { onStage } from '../support/Stage';
import { picture } from '../support/workflows';

jest.mock('undici', () => {
	throw new Error("Cannot find module 'undici'");
});

/** The same promises over the global fetch, for installations without undici. */
describe('over fetch', () => {
	test('a job runs and its file is fetched', () =>
		onStage(async (stage) => {
			const client = stage.connect({ fetch });
			const { promptId } = await client.queuePrompt(picture());
			const { files } = await client.waitForCompletion(promptId);
			const { stream, size, mimeType } = await client.openFile(files[0]);
			const stored = stage.server.files.read('output', files[0].filename);
			expect(await bytesOf(stream)).toEqual(stored);
			expect([size, mimeType]).toEqual([stored?.length, 'image/png']);
		}));

	test('credentials of the URL, headers and query are sent', () =>
		onStage(async (stage) => {
			const url = `${stage.server.url.replace('://', '://ann:pw@')}/?a=1`;
			await stage.connect({ url, fetch, headers: { 'X-Mine': 'yes' } }).getSystemStats();
			expect(stage.server.requests[0]).toMatchObject({
				query: { a: '1' },
				headers: { 'x-mine': 'yes', authorization: `Basic ${btoa('ann:pw')}` },
			});
		}));

	test.each([
		['bytes', () => Buffer.alloc(3000, 1)],
		['a Blob', () => new Blob([Buffer.alloc(3000, 1)])],
		['a stream', () => Readable.from([Buffer.alloc(1500, 1), Buffer.alloc(1500, 1)])],
	])('%s can be uploaded', (_what, data) =>
		onStage(async (stage) => {
			await stage.connect({ fetch }).uploadImage({ data: data(), filename: 'a.bin' });
			expect(stage.server.files.read('input', 'a.bin')).toEqual(Buffer.alloc(3000, 1));
		}),
	);

	test('redirects are not followed', () =>
		onStage(
			async (stage) => {
				const error = await caught(stage.connect({ fetch }).getSystemStats());
				expect([error.code, error.status]).toEqual(['authentication', 302]);
				expect(stage.server.requests).toHaveLength(1);
			},
			{ auth: { kind: 'login', token: 't' } },
		));

	test('silence is given up after a while', () =>
		onStage(async (stage) => {
			stage.server.faults.holdRequest({ path: /system_stats/ });
			const error = await caught(stage.connect({ fetch, idleTimeoutMs: 50 }).getSystemStats());
			expect([error.code, error.reason]).toEqual(['connection', 'timeout']);
		}));

	test('the signal also ends a body that stalls', () =>
		onStage(async (stage) => {
			stage.server.faults.stallDownload({ path: /system_stats/ }, 20);
			const error = await caught(
				stage.connect({ fetch }).getSystemStats({ signal: AbortSignal.timeout(100) }),
			);
			expect(error.code).toBe('aborted');
		}));

	test('a body that stalls is given up after a while', () =>
		onStage(async (stage) => {
			stage.server.faults.stallDownload({ path: /system_stats/ }, 20);
			const error = await caught(stage.connect({ fetch, idleTimeoutMs: 50 }).getSystemStats());
			expect([error.code, error.reason]).toEqual(['connection', 'timeout']);
		}));

	test('a refused connection says so', () =>
		onStage(async (stage) => {
			const client = stage.connect({ fetch });
			await stage.server.stop();
			expect(await caught(client.getSystemStats())).toMatchObject({ code: 'connection', reason: 'refused' });
		}));

	test('it is taken by itself', () =>
		onStage(async (stage) => {
			expect(await stage.connect().getSystemStats()).toHaveProperty('system');
		}));

	test('TLS issues cannot be ignored, which is said before anything is sent', () =>
		onStage(async (stage) => {
			const client = stage.connect({ rejectUnauthorized: false });
			expect(await caught(client.getSystemStats())).toMatchObject({
				code: 'not-supported',
				hint: expect.stringContaining('npm install undici'),
			});
			expect(stage.server.requests).toEqual([]);
		}));
});
