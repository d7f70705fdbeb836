import { setTimeout as sleep } from 'node:timers/promises';
import { ComfyUiClient, JobGroup } from '../../../../nodes/client';
import { until } from '../../../support/until';
import { bytesOf } from '../../support/bytes';
import { caught } from '../../support/caught';
import { picture, slow } from '../../support/workflows';
import { onPool } from './support/PoolStage';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;
const loading = (image: string) => ({
	'1': { class_type: 'LoadImage', inputs: { image } },
	'2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'x' } },
});
/** A PNG of one pixel. */
const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
	'base64',
);

describe('a job of a pool', () => {
	test('is found by another process with nothing but its ID', () =>
		onPool(async (stage) => {
			const { promptId, server } = await stage.connect().queuePrompt(picture());
			const result = await stage.connect().waitForCompletion(promptId, { timeoutMs });
			expect(result).toMatchObject({ promptId, server, files: [{ server }] });
			const [file] = (await stage.connect().getJob(promptId)).result?.files ?? [];
			const { filename, subfolder, type } = file;
			const reference = { filename, subfolder, type, server };
			expect((await bytesOf(await stage.connect().download(reference))).length).toBeGreaterThan(0);
		}));

	test('is found by the ID of its server alone, on whichever server it is', () =>
		onPool(async (stage) => {
			const id = await stage.servers[1].submit(picture());
			const client = stage.connect();
			expect(await client.waitForCompletion(id, { timeoutMs })).toMatchObject({ promptId: `${id}@b` });
			expect(await client.getJob(id)).toMatchObject({ promptId: `${id}@b`, state: 'success' });
		}));

	test('is cancelled on its server by another process', () =>
		onPool(async (stage) => {
			for (const { faults } of stage.servers) faults.hold();
			const client = stage.connect();
			const jobs = [];
			for (let color = 0; color < 4; color++) jobs.push(await client.queuePrompt(picture(color)));
			const onB = jobs.filter(({ server }) => server === 'b');
			for (const { promptId } of onB) await stage.connect().cancel(promptId);
			expect(stage.servers.map(({ going }) => going.length)).toEqual([2, 0]);
			for (const { faults } of stage.servers) faults.release();
		}));

	test('of a server that is no longer in the list is refused with the names of those that are', () =>
		onPool(async (stage) => {
			const id = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d@gone';
			const error = await caught(stage.connect().waitForCompletion(id, { timeoutMs }));
			expect(error).toMatchObject({ code: 'not-found' });
			expect(error.message).toBe('The pool has no server "gone". Its servers are a, b.');
		}));

	test('reports progress and previews of its own server only', () =>
		onPool(async (stage) => {
			const client = stage.connect();
			const seen: string[] = [];
			const run = async (seed: number) =>
				await client.run(slow(0.05, 4, seed), {
					timeoutMs,
					onProgress: ({ promptId }) => seen.push(promptId),
				});
			const results = await Promise.all([run(1), run(2)]);
			expect(new Set(results.map(({ server }) => server)).size).toBe(2);
			expect(new Set(seen)).toEqual(new Set(results.map(({ promptId }) => promptId)));
		}));
});

describe('a file of a pool', () => {
	test('is copied to the server on which its job runs, once for all jobs', () =>
		onPool(async (stage) => {
			const [a, b] = stage.servers;
			const alone = ComfyUiClient.connect({ url: a.url });
			const upload = { data: PNG, filename: 'cat.png', subfolder: 'pets' };
			const { name } = await alone.uploadImage(upload).finally(async () => await alone.close());
			a.faults.hold();
			await a.submit(picture());
			const client = stage.connect();
			for (let times = 0; times < 2; times++) {
				const result = await client.run(loading(`pets/${name} [input]@a`), { timeoutMs });
				expect(result.server).toBe('b');
			}
			expect(stage.sent(1).map((prompt) => prompt['1'].inputs.image)).toEqual(Array(2).fill(`pets/${name}`));
			expect(b.requests.filter(({ path }) => path.startsWith('/api/upload'))).toHaveLength(1);
			expect(b.files.read('input', `pets/${name}`)).toEqual(PNG);
			a.faults.release();
		}));

	test('is uploaded again for a job that is handed on when its server goes down', () =>
		onPool(async (stage) => {
			for (const { faults } of stage.servers) faults.hold();
			const client = stage.connect();
			const uploaded: unknown[] = [];
			const prepare = async () => {
				const { value, server } = await client.uploadImage({ data: PNG, filename: 'cat.png' });
				uploaded.push(server);
				return loading(value);
			};
			const running = client.run(undefined, { prepare, timeoutMs });
			await until(() => stage.servers.some(({ going }) => going.length > 0), 'the job');
			const first = stage.servers.findIndex(({ going }) => going.length > 0);
			await stage.servers[first].stop();
			stage.servers[1 - first].faults.release();
			expect(await running).toMatchObject({ server: 'ab'[1 - first], attempts: 2 });
			expect(uploaded).toEqual(['ab'[first], 'ab'[1 - first]]);
		}));

	test('that only a server has which is down is an error that names both, and blames no other server', () =>
		onPool(async (stage) => {
			const [a, b] = stage.servers;
			const client = stage.connect();
			await a.stop();
			const retry = { retries: 1, waitMs: 10 };
			const error = await caught(client.run(loading('cat.png [input]@a'), { timeoutMs, retry }));
			expect(error.message).toMatch(/^The file "cat.png" is on the server "a", which cannot be reached/);
			expect(stage.submissions()[1]).toBe(0);
			expect(await client.run(picture(), { timeoutMs })).toMatchObject({ server: 'b' });
			expect(b.going).toEqual([]);
		}));

	test('is used where it is when that server is as free as others', () =>
		onPool(async (stage) => {
			const client = stage.connect();
			const { value, server } = await client.uploadImage({ data: PNG, filename: 'cat.png' });
			expect((await client.run(loading(value), { timeoutMs })).server).toBe(server);
			const uploads = stage.servers.flatMap(({ requests }) =>
				requests.filter(({ path }) => path.startsWith('/api/upload')),
			);
			expect(uploads).toHaveLength(1);
		}));

	test('that a workflow names without a server binds the job to a server that has it', () =>
		onPool(async (stage) => {
			const [a, b] = stage.servers;
			b.files.put('input', 'only-b.png', PNG);
			b.faults.hold();
			await b.submit(picture());
			const job = await stage.connect().queuePrompt(loading('only-b.png'));
			expect(job.server).toBe('b');
			expect(a.going).toEqual([]);
			b.faults.release();
		}));

	test('passes the check before the job, and one that is not there does not', () =>
		onPool(async (stage) => {
			const client = stage.connect();
			const { value } = await client.uploadImage({ data: PNG, filename: 'cat.png' });
			expect(await client.checkWorkflow(loading(value))).toMatchObject({ ok: true });
			const missing = value.replace('cat', 'dog');
			expect(await client.checkWorkflow(loading(missing))).toMatchObject({
				missingFiles: [{ value: missing }],
			});
		}));

	test('that a job made is the input of another, on whichever server', () =>
		onPool(async (stage) => {
			const client = stage.connect();
			const { files, server } = await client.run(picture(), { timeoutMs });
			const [{ filename, type }] = files;
			const next = await client.run(loading(`${filename} [${type}]@${server}`), { timeoutMs });
			expect(next.files).toHaveLength(1);
		}));
});

describe('a server of a pool that goes down', () => {
	test('loses its jobs to the others, without a pause, and none runs twice that had finished', () =>
		onPool(
			async (stage) => {
				const [a, b, c] = stage.servers;
				const client = stage.connect();
				const group = new JobGroup();
				const results = Array.from(
					{ length: 30 },
					async (_, seed) =>
						await client.run(slow(0.02, 1, seed), { timeoutMs, group, retry: { waitMs: 3_000_000 } }),
				);
				await until(() => a.going.length > 0 && stage.submissions()[0] > 2, 'jobs on the first server');
				await a.stop();
				const ended = await Promise.all(results);
				expect(ended).toHaveLength(30);
				const again = ended.filter(({ attempts }) => attempts > 1);
				expect(again.length).toBeGreaterThan(0);
				for (const { server, attempts } of again) expect([server, attempts]).not.toEqual(['a', 2]);
				const finished = ended.filter(({ server }) => server === 'a').length;
				expect(stage.submissions()[1] + stage.submissions()[2]).toBe(30 - finished);
				expect([b.going, c.going]).toEqual([[], []]);
			},
			[{}, {}, {}],
		));

	test('takes part again when it comes back', () =>
		onPool(async (stage) => {
			const [a] = stage.servers;
			const client = stage.connect();
			let up: () => void = () => {};
			const downUntil = new Promise<void>((resolve) => (up = resolve));
			const restarted = a.restart({ downUntil });
			const during = await Promise.all(
				[1, 2, 3].map(async (color) => await client.run(picture(color), { timeoutMs })),
			);
			expect(during.map(({ server }) => server)).toEqual(['b', 'b', 'b']);
			up();
			await restarted;
			const group = new JobGroup();
			await until(async () => {
				const jobs = [1, 2, 3, 4].map(async (n) => await client.run(picture(n * 50), { timeoutMs, group }));
				return (await Promise.all(jobs)).some(({ server }) => server === 'a');
			}, 'a job on the server that came back');
		}));

	test('keeps a job that it may still run, when it is only silent', () =>
		onPool(async (stage) => {
			for (const { faults } of stage.servers) faults.hold();
			const client = stage.connect();
			const running = client.run(picture(), { timeoutMs });
			await until(() => stage.servers.some(({ going }) => going.length > 0), 'the job');
			const at = stage.servers.findIndex(({ going }) => going.length > 0);
			const silent = stage.servers[at];
			silent.faults.dropSockets();
			silent.faults.respond({ path: /./ }, { status: 502, body: 'bad gateway' });
			await sleep(200); // ten seconds of the client's clock
			expect(stage.submissions()[1 - at]).toBe(0);
			silent.faults.clear();
			for (const { faults } of stage.servers) faults.release();
			expect(await running).toMatchObject({ server: 'ab'[at], attempts: 1 });
		}));
});
