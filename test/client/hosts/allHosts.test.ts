import type { ComfyUiClient, HttpError, JobProgress } from '../../../nodes/client';
import { delay } from '../../../nodes/client/core/time';
import { until } from '../../support/until';
import { bytesOf } from '../support/bytes';
import { caught } from '../support/caught';
import type { HostStage, StageJob } from './support/HostStage';
import { STAGES } from './support/stages';
import { shapesOf, visible } from './support/visible';

jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);

/** Far away on a clock that runs fifty times as fast. */
const timeoutMs = 3_600_000;
const UNKNOWN = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';

describe.each(STAGES)('%s', (_name, start) => {
	let stage: HostStage;
	let client: ComfyUiClient;
	beforeEach(async () => {
		stage = await start();
		client = stage.connect();
	});
	afterEach(async () => await stage.stop());

	const queue = async (kind: Parameters<HostStage['job']>[0], from = client) => {
		const { workflow, options } = stage.job(kind);
		return await from.queuePrompt(workflow, options);
	};
	const endOf = async (promptId: string) => await client.waitForCompletion(promptId, { timeoutMs });

	describe('a job', () => {
		test('ends well, and its file can be fetched', async () => {
			const { promptId } = await queue('picture');
			const result = await endOf(promptId);
			expect(result).toMatchObject({ promptId, status: 'success', warnings: [] });
			expect(result.files).toMatchObject([{ kind: 'image', mimeType: 'image/png' }]);
			expect(result.files[0].filename).toMatch(/\.png$/);
			const bytes = await bytesOf(await client.download(result.files[0]));
			expect(bytes.equals(Buffer.from(stage.picture))).toBe(true);
			expect(bytes.length).toBeGreaterThan(0);
		});

		test('reports how long it took, in milliseconds', async () => {
			const { durationMs, timings } = await endOf((await queue('picture')).promptId);
			for (const ms of [durationMs, ...Object.values(timings)]) {
				if (ms !== undefined) expect(ms >= 0 && ms < 600_000).toBe(true);
			}
		});

		test('can be asked for before and after its end', async () => {
			const { promptId } = await queue('slow');
			expect(['pending', 'running']).toContain((await client.getJob(promptId)).state);
			expect(stage.going()).toHaveLength(1);
			stage.release();
			await endOf(promptId);
			const job = await client.getJob(promptId);
			expect(job).toMatchObject({ promptId, state: 'success' });
			expect(job.error).toBeUndefined();
			expect(job.result?.files).toHaveLength(1);
		});

		test('reports progress where the host can', async () => {
			const seen: JobProgress[] = [];
			const { promptId } = await queue('slow');
			const done = client.waitForCompletion(promptId, { timeoutMs, onProgress: (now) => seen.push(now) });
			await until(async () => (await client.getJob(promptId)).state !== 'unknown', 'the job');
			stage.release();
			await done;
			expect(seen.every((progress) => progress.promptId === promptId)).toBe(true);
			for (const { fraction = 0 } of seen) expect(fraction >= 0 && fraction <= 1).toBe(true);
			if (client.host.capabilities.progress) expect(seen.length).toBeGreaterThan(0);
		});

		test('that fails says so, with what to do', async () => {
			const { promptId } = await queue('failing');
			const error = await caught(endOf(promptId));
			expect([error.code, error.promptId]).toEqual(['execution', promptId]);
			expect(error.message.length).toBeGreaterThan(10);
			expect(error.hint).toBeTruthy();
			const job = await client.getJob(promptId);
			expect([job.state, job.error?.code]).toEqual(['error', 'execution']);
		});

		test('can be waited for by another client', async () => {
			const { promptId } = await queue('picture');
			const other = stage.connect();
			expect((await other.waitForCompletion(promptId, { timeoutMs })).files).toHaveLength(1);
		});

		test('that nobody knows is lost', async () => {
			expect((await client.getJob(UNKNOWN)).state).toBe('lost');
			expect((await caught(endOf(UNKNOWN))).code).toBe('lost');
		});
	});

	test('many jobs at once all end well, each with an id of its own', async () => {
		const jobs = await Promise.all(Array.from({ length: 5 }, async () => await queue('picture')));
		expect(new Set(jobs.map(({ promptId }) => promptId)).size).toBe(5);
		const results = await Promise.all(jobs.map(async ({ promptId }) => await endOf(promptId)));
		expect(results.map(({ files }) => files.length)).toEqual([1, 1, 1, 1, 1]);
	});

	describe('cancelling', () => {
		test('stops the job, or is refused with what to do instead', async () => {
			const { promptId } = await queue('slow');
			if (!client.host.capabilities.cancel) {
				expect(await caught(client.cancel(promptId))).toMatchObject({ code: 'not-supported' });
				stage.release();
				await endOf(promptId);
				return;
			}
			const error = caught(endOf(promptId));
			expect(['removed', 'interrupted']).toContain(await client.cancel(promptId));
			expect(await error).toMatchObject({ code: 'cancelled', promptId });
			stage.release();
			await until(() => stage.going().length === 0, 'an empty queue');
		});

		test('a job that has ended does nothing', async () => {
			const { promptId } = await queue('picture');
			await endOf(promptId);
			if (client.host.capabilities.cancel) expect(await client.cancel(promptId)).toBe('nothing');
			expect((await endOf(promptId)).files).toHaveLength(1);
		});
	});

	test('a wait that is given up leaves the job alone', async () => {
		const { promptId } = await queue('slow');
		const controller = new AbortController();
		const waiting = caught(client.waitForCompletion(promptId, { timeoutMs, signal: controller.signal }));
		controller.abort();
		expect((await waiting).code).toBe('aborted');
		expect(stage.going()).toHaveLength(1);
		expect((await caught(client.waitForCompletion(promptId, { timeoutMs: 500 }))).code).toBe('timeout');
		stage.release();
		expect((await endOf(promptId)).files).toHaveLength(1);
	});

	test('bad credentials are an authentication error, and nothing runs', async () => {
		const stranger = stage.connect('bad');
		const error = await caught(queue('picture', stranger));
		expect(error.code).toBe('authentication');
		expect(error.hint).toBeTruthy();
		expect((await caught(stranger.waitForCompletion(UNKNOWN, { timeoutMs }))).code).toBe('authentication');
		expect(stage.going()).toEqual([]);
	});

	test('a login that ends while a job runs is renewed', async () => {
		const { promptId } = await queue('slow');
		stage.expireLogin?.();
		stage.release();
		const { files } = await endOf(promptId);
		stage.expireLogin?.();
		const bytes = await bytesOf(await client.download(files[0]));
		expect(bytes.length).toBeGreaterThan(0);
		stage.expireLogin?.();
		expect((await endOf((await queue('picture')).promptId)).files).toHaveLength(1);
	});

	test('a host that is too busy is asked again by itself, or says that it may be', async () => {
		stage.tooMany(2);
		let refusals = 0;
		const patiently = async ({ workflow, options }: StageJob): ReturnType<ComfyUiClient['queuePrompt']> => {
			try {
				return await client.queuePrompt(workflow, options);
			} catch (error) {
				// a pool does not ask a server again at once, whatever the server says
				const pause = client.host.pool ? (expect.any(Number) as number) : 0;
				expect(error).toMatchObject({ code: 'http', status: 429, retryAfterMs: pause });
				refusals += 1;
				await delay((error as HttpError).retryAfterMs ?? 0);
				return await patiently(stage.job('picture'));
			}
		};
		const { promptId } = await patiently(stage.job('picture'));
		// the pauses of the servers of a pool do not end at the same time
		expect(client.host.pool ? [2, 3, 4] : [0, 2]).toContain(refusals);
		expect((await endOf(promptId)).files).toHaveLength(1);
	});

	describe('a host that is down', () => {
		test('takes no job', async () => {
			await stage.goDown();
			const error = await caught(queue('picture'));
			expect(error.code).toBe('connection');
			expect(error.hint).toBeTruthy();
		});

		test('ends a wait at its deadline at the latest', async () => {
			const { promptId } = await queue('slow');
			await stage.goDown();
			const error = await caught(client.waitForCompletion(promptId, { timeoutMs: 2_000 }));
			// a pool knows that the job ended with its server, so that another one could take it over
			expect(client.host.pool ? ['lost'] : ['connection', 'timeout']).toContain(error.code);
		});
	});

	test('an upload gives a value for a workflow, or is refused with what to do instead', async () => {
		const upload = client.uploadImage({ data: stage.picture, filename: 'a.png' });
		if (client.host.capabilities.uploads === 'stored') {
			expect((await upload).value.length).toBeGreaterThan(0);
		} else if (client.host.capabilities.uploads === 'none') {
			const error = await caught(upload);
			expect([error.code, typeof error.hint]).toEqual(['not-supported', 'string']);
		} else await upload.catch(() => {}); // where files travel with the job either may be
	});

	test('what the server itself offers is there, or is refused with what to use instead', async () => {
		if (client.host.capabilities.catalogue) {
			expect(await client.objectInfo()).toHaveProperty('SaveImage');
			return;
		}
		const error = await caught(client.objectInfo());
		expect([error.code, typeof error.hint]).toEqual(['not-supported', 'string']);
	});

	test('no secret is in a result, in progress, in an error or in a request to another origin', async () => {
		const seen: unknown[] = [client.host.base];
		const onProgress = (now: JobProgress) => void seen.push(now);
		const note = async (work: Promise<unknown>) =>
			void seen.push(await work.catch((error: unknown) => error));
		const { promptId } = await queue('picture');
		const result = await client.waitForCompletion(promptId, { timeoutMs, onProgress });
		seen.push(result, client.host.files.fileUrl(result.files[0]));
		await bytesOf(await client.download(result.files[0]));
		await note(client.getJob(promptId));
		const failing = await queue('failing');
		await note(client.waitForCompletion(failing.promptId, { timeoutMs }));
		await note(client.getJob(failing.promptId));
		await note(queue('picture', stage.connect('bad')));
		await note(client.download({ filename: 'none.png', subfolder: '', type: 'output' }));
		await note(client.uploadImage({ data: Buffer.from('x'), filename: 'a/b.png' }));
		await stage.goDown();
		await note(queue('picture'));
		await note(client.getJob(promptId));
		await note(client.cancel(promptId));
		const texts = seen.map(visible);
		for (const secret of stage.secrets.flatMap(shapesOf)) {
			expect(texts.filter((text) => text.includes(secret))).toEqual([]);
			expect(stage.requestsElsewhere().filter((request) => isIn(request, secret))).toEqual([]);
		}
	});
});

function isIn(request: { url: string; headers: Record<string, unknown> }, secret: string): boolean {
	return JSON.stringify([request.url, request.headers]).includes(secret);
}
