import { serverFacts, testWith } from '../support/facts';
import { serverUnderTest } from '../support/ServerUnderTest';
import { canvas, picture, save, slow, unique } from '../support/workflows';
import { openGlobalSocket, type StandardWebSocketClass } from '../../../nodes/client/transport/globalSocket';
import type { JobProgress } from '../../../nodes/client';

const server = serverUnderTest();
const { client, other } = server;

/** Node.js has it from version 22 on. */
const { WebSocket } = globalThis as { WebSocket?: StandardWebSocketClass };

const names = (files: Array<{ filename: string }>) => files.map(({ filename }) => filename);
const picked = (progress: JobProgress[], what: Partial<JobProgress>) =>
	progress.filter((report) =>
		Object.entries(what).every(([key, value]) => report[key as keyof JobProgress] === value),
	);

describe('a job', () => {
	test('ends with its file, which can be downloaded', async () => {
		const { result } = await server.run(picture());
		expect(result.files).toMatchObject([{ type: 'output', nodeId: '2', nodeTitle: 'Save Picture' }]);
		expect((await server.download(result.files[0])).toString('latin1', 1, 4)).toBe('PNG');
	});

	test('is known by the ID that the server confirmed', async () => {
		const { job, result } = await server.run(picture(), { promptId: crypto.randomUUID() });
		expect(result.promptId).toBe(job.promptId);
	});

	test('keeps the digits of a 64-bit seed', async () => {
		const text = JSON.stringify({
			'1': { class_type: 'TSleep', inputs: { seconds: 0.1, steps: 1, seed: 'SEED' } },
			'2': save('1', unique('seed')),
		}).replace('"SEED"', '18446744073709551615');
		const { job } = await server.run(text);
		expect((await server.fetch(`/history/${job.promptId}`)).text).toContain('18446744073709551615');
	});

	test('reports its state, its node and its steps', async () => {
		const job = await client.queuePrompt(slow(0.8, 4));
		const progress: JobProgress[] = [];
		await server.wait(job, { onProgress: (report) => progress.push({ ...report }) });
		expect(picked(progress, { state: 'running' })).not.toEqual([]);
		expect(picked(progress, { nodeId: '1', value: 2, max: 4 })).not.toEqual([]);
	});

	test('sends previews', async () => {
		const job = await client.queuePrompt(slow(0.8, 4));
		const previews: unknown[] = [];
		await server.wait(job, { onProgress: ({ preview }) => preview && previews.push(preview) });
		expect(previews).not.toEqual([]);
	});

	test('is finished by polling alone when there is no socket', async () => {
		const polling = server.connect({ openSocket: () => Promise.reject(new Error('no socket')) });
		try {
			const { promptId } = await polling.queuePrompt(slow(0.6, 3));
			expect((await polling.waitForCompletion(promptId)).files).toHaveLength(1);
		} finally {
			await polling.close();
		}
	});

	(WebSocket ? test : test.skip)('reports its steps over the global WebSocket', async () => {
		const standard = server.connect({
			openSocket: async (...args) => openGlobalSocket(WebSocket as StandardWebSocketClass, ...args),
		});
		try {
			const { promptId } = await standard.queuePrompt(slow(0.6, 3));
			const progress: JobProgress[] = [];
			await standard.waitForCompletion(promptId, { onProgress: (report) => progress.push({ ...report }) });
			expect(picked(progress, { value: 2 })).not.toEqual([]);
		} finally {
			await standard.close();
		}
	});

	test('can be waited for by another client', async () => {
		const { job } = await server.run(picture());
		expect((await other.waitForCompletion(job.promptId)).files).toHaveLength(1);
	});

	test('that is one of ten brings its own file', async () => {
		const prefixes = Array.from({ length: 10 }, (_, index) => unique(`ten${index}`));
		const jobs = await Promise.all(prefixes.map(async (prefix) => await client.queuePrompt(picture(prefix))));
		const results = await Promise.all(jobs.map(async (job) => await server.wait(job)));
		expect(results.map(({ files }) => names(files))).toEqual(
			prefixes.map((prefix) => [expect.stringContaining(prefix) as string]),
		);
	});
});

describe('what a job makes', () => {
	test('are texts', async () => {
		const { result } = await server.run({ '1': { class_type: 'TText', inputs: { text: unique('hello') } } });
		expect(result.texts.map(({ text }) => text)).toContain(unique('hello'));
	});

	test('are previews in temp, when they are wanted', async () => {
		const preview = { class_type: 'PreviewImage', inputs: { images: ['1', 0] } };
		const { result } = await server.run({ ...picture(), '3': preview }, {}, { includeTemp: true });
		expect(result.files.map(({ type }) => type).sort()).toEqual(['output', 'temp']);
	});

	test('are numbers that JSON does not have, which break nothing', async () => {
		const nan = { class_type: 'TNan', inputs: { image: ['1', 0] } };
		const { result } = await server.run({ ...picture(), '3': nan });
		expect(result.files).toHaveLength(1);
	});

	testWith('SaveImageWebsocket')('are pictures that exist only on the socket', async () => {
		const { result } = await server.run({
			'1': canvas(),
			'2': { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } },
		});
		expect(result.files).toMatchObject([{ type: 'frame' }]);
		expect((await server.download(result.files[0])).toString('latin1', 1, 4)).toBe('PNG');
	});

	testWith('TExpand')('is named by the node of the workflow, when a node expanded into others', async () => {
		const { result } = await server.run({ '1': { class_type: 'TExpand', inputs: { n: 1 } }, '2': save('1') });
		expect(result.files).toMatchObject([{ nodeId: '2' }]);
	});

	test('is listed again when everything is cached', async () => {
		const workflow = picture(unique('again'));
		const first = await server.run(workflow);
		const second = await server.run(workflow);
		const made = names(first.result.files);
		// A server that keeps no results makes the file once more.
		expect(names(second.result.files)).toEqual(
			serverFacts().caches ? made : made.map((name) => name.replace('_00001_', '_00002_')),
		);
	});

	test('is not mixed with the files of earlier jobs', async () => {
		const first = picture(unique('first'));
		await server.run(first);
		const { result } = await server.run({ '1': first['1'], '5': save('1', unique('second')) });
		expect(names(result.files)).toEqual([expect.stringContaining(unique('second'))]);
	});

	test('is not mixed with them either when an output is left out, now and when asked later', async () => {
		const first = picture(unique('whole'));
		await server.run(first);
		const { job, result } = await server.run({
			'1': first['1'],
			'2': save('7', unique('whole')),
			'5': save('1', unique('part')),
			'7': { class_type: 'LoadImage', inputs: { image: 'no_such_file.png' } },
		});
		const expected = [expect.stringContaining(unique('part'))];
		expect(names(result.files)).toEqual(expected);
		expect(names((await other.getJob(job.promptId)).result?.files ?? [])).toEqual(expected);
	});

	test('is that of the chosen output nodes, or the choice is refused', async () => {
		const workflow = { ...picture(unique('chosen')), '5': save('1', unique('other')) };
		const run = await server.run(workflow, { outputNodes: ['2'] }).catch((error: Error) => error);
		if (run instanceof Error) return expect(run).toMatchObject({ code: 'not-supported' });
		expect(names(run.result.files)).toEqual([expect.stringContaining(unique('chosen'))]);
		const history = await client.getHistory(run.job.promptId);
		expect(JSON.stringify(history?.outputs)).not.toContain(unique('other'));
	});
});
