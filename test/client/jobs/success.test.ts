import type { JobProgress } from '../../../nodes/client';
import { until } from '../../support/until';
import { caught } from '../support/caught';
import { onStage } from '../support/Stage';
import { canvas, picture, save, slow, textToImage } from '../support/workflows';

const VERSIONS = ['0.3.40', '0.3.64', '0.25.0', '0.33.0'];

describe.each(VERSIONS)('a job on %s ends well', (version) => {
	test.each([
		['over the socket', false],
		['over polling only', true],
	])('%s', (_how, refuse) =>
		onStage(
			async ({ client, server }) => {
				server.faults.refuseSockets = refuse;
				const job = await client.queuePrompt(textToImage());
				const result = await client.waitForCompletion(job.promptId);
				expect(result).toMatchObject({
					promptId: job.promptId,
					status: 'success',
					files: [
						{
							nodeId: '9',
							nodeTitle: 'Keep it',
							nodeType: 'SaveImage',
							key: 'images',
							filename: 'lighthouse_00001_.png',
							subfolder: '',
							type: 'output',
							kind: 'image',
							mimeType: 'image/png',
						},
					],
					outputs: { '9': { images: [{ filename: 'lighthouse_00001_.png' }] } },
					workflow: textToImage(),
					cachedNodes: [],
					warnings: [],
				});
				expect(result.durationMs).toBeGreaterThanOrEqual(0);
			},
			{ version },
		),
	);
});

test('the result of a job that ended long ago is there at once', () =>
	onStage(async ({ client, server }) => {
		const { promptId } = await client.queuePrompt(picture());
		await server.idle();
		for (let times = 0; times < 2; times++) {
			const { files } = await client.waitForCompletion(promptId);
			expect(files).toHaveLength(1);
		}
	}));

test('a job that somebody else queued can be waited for', () =>
	onStage(async ({ client, server }) => {
		const promptId = await server.submit(slow(), { clientId: 'somebody' });
		const result = await client.waitForCompletion(promptId);
		expect(result.files.map(({ filename }) => filename)).toEqual(['slow_00001_.png']);
	}));

test('many jobs share one socket and one listing', () =>
	onStage(async (stage) => {
		const { client, server } = stage;
		server.faults.hold();
		const jobs = [];
		for (let color = 0; color < 12; color++) jobs.push(await client.queuePrompt(picture(color, `n${color}`)));
		const all = jobs.map(async ({ promptId }) => await client.waitForCompletion(promptId));
		server.faults.release();
		const names = (await Promise.all(all)).map(({ files }) => files[0].filename);
		expect(names).toEqual(jobs.map((_job, color) => `n${color}_00001_.png`));
		expect(stage.requests('GET', '/ws')).toHaveLength(1);
		expect(server.sockets).toBe(1);
	}));

test('two waits for one job get the same result, and one may give up before', () =>
	onStage(async ({ client, server }) => {
		server.faults.hold();
		const { promptId } = await client.queuePrompt(picture());
		const first = client.waitForCompletion(promptId, { timeoutMs: 30 });
		const [second, third] = [client.waitForCompletion(promptId), client.waitForCompletion(promptId)];
		expect((await caught(first)).code).toBe('timeout');
		server.faults.release();
		expect(await second).toEqual(await third);
	}));

test.each([
	['now', '0.33.0'],
	['on servers that report no cached output', '0.0.9'],
])('a cached run names its nodes and the files of the earlier run %s', (_, version) =>
	onStage(
		async ({ client }) => {
			const first = await client.waitForCompletion((await client.queuePrompt(picture())).promptId);
			const second = await client.waitForCompletion((await client.queuePrompt(picture())).promptId);
			expect([...second.cachedNodes].sort()).toEqual(['1', '2']);
			expect(second.files.map(({ filename }) => filename)).toEqual(
				first.files.map(({ filename }) => filename),
			);
		},
		{ version },
	),
);

test('where the server tells when a job was queued, the queue and the run are told apart', () =>
	onStage(async ({ client }) => {
		const { promptId } = await client.queuePrompt(slow());
		const { timings, durationMs } = await client.waitForCompletion(promptId);
		expect(timings.executingMs).toBeGreaterThan(0);
		expect(timings.queuedMs).toBeGreaterThanOrEqual(0);
		expect(timings.totalMs).toBe((timings.queuedMs ?? 0) + (timings.executingMs ?? 0));
		expect(durationMs).toBe(timings.totalMs);
	}));

describe('progress', () => {
	test('goes from pending to running with node, steps, preview and a fraction between 0 and 1', () =>
		onStage(async ({ client, server }) => {
			const seen: JobProgress[] = [];
			server.faults.hold();
			const before = await client.queuePrompt(picture(9));
			const job = await client.queuePrompt(slow(0.1, 5));
			const done = client.waitForCompletion(job.promptId, { onProgress: (progress) => seen.push(progress) });
			await until(() => seen.length > 0, 'progress');
			server.faults.release();
			await done;
			await client.waitForCompletion(before.promptId);
			expect(seen[0]).toMatchObject({ state: 'pending', position: 1 });
			expect(seen).toContainEqual(
				expect.objectContaining({ state: 'running', nodeId: '2', nodeTitle: 'TSleep', value: 5, max: 5 }),
			);
			expect(seen.some(({ preview }) => preview?.mimeType === 'image/jpeg')).toBe(true);
			expect(seen.every(({ promptId }) => promptId === job.promptId)).toBe(true);
			const fractions = seen.flatMap(({ fraction }) => fraction ?? []);
			expect(Math.min(...fractions)).toBeGreaterThanOrEqual(0);
			expect(Math.max(...fractions)).toBeLessThanOrEqual(1);
			expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
			expect(seen.findLast(({ state }) => state === 'running')?.fraction).toBe(1);
		}));

	test('names the nodes of the workflow, also while nodes run that were added to it', () =>
		onStage(async ({ client }) => {
			const seen: JobProgress[] = [];
			const workflow = {
				'1': { class_type: 'TExpand', inputs: { n: 3 }, _meta: { title: 'Loop' } },
				'2': save('1'),
			};
			const { promptId } = await client.queuePrompt(workflow);
			await client.waitForCompletion(promptId, { onProgress: (progress) => seen.push(progress) });
			const titles = new Set(seen.flatMap(({ nodeTitle }) => nodeTitle ?? []));
			expect([...titles].sort()).toEqual(['Keep it', 'Loop']);
			expect(Math.max(...seen.map(({ fraction }) => fraction ?? 0))).toBeLessThanOrEqual(1);
		}));

	test('is returned by getJob without waiting, from the queue to the end', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			await client.queuePrompt(picture());
			const { promptId } = await client.queuePrompt(picture(1));
			expect(await client.getJob(promptId)).toMatchObject({ state: 'pending', position: 1 });
			server.faults.release();
			await server.idle();
			expect(await client.getJob(promptId)).toMatchObject({
				state: 'success',
				result: { files: [{ filename: 'x_00002_.png' }] },
			});
			expect(await client.getJob('nobody-knows-it')).toEqual({ promptId: 'nobody-knows-it', state: 'lost' });
		}));

	test('says running before the first node has begun', () =>
		onStage(async ({ client, server }) => {
			const promptId = await server.submit(slow(5, 20));
			await until(async () => (await client.getJob(promptId)).state === 'running', 'the run');
			await client.cancel(promptId);
			expect(await client.getJob(promptId)).toMatchObject({
				state: 'interrupted',
				error: { code: 'interrupted' },
			});
		}));
});

test('a batch is a list of files', () =>
	onStage(async ({ client }) => {
		const { promptId } = await client.queuePrompt({ '1': canvas(1, 16, 3), '2': save('1', 'sub/b') });
		const { files } = await client.waitForCompletion(promptId);
		expect(files.map(({ subfolder, filename }) => `${subfolder}/${filename}`)).toEqual([
			'sub/b_00001_.png',
			'sub/b_00002_.png',
			'sub/b_00003_.png',
		]);
	}));
