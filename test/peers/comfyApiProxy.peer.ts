import type { ComfyUiClient, JobProgress } from '../../nodes/client';
import { bytesOf } from '../client/support/bytes';
import { caught } from '../client/support/caught';
import { picture, save, slow } from '../client/support/workflows';
import { encodePng } from '../server/pictures/encodePng';
import { flatPicture } from '../server/pictures/Picture';
import { until } from '../support/until';
import { isReal, onProxy, TOKEN } from './support/onProxy';

const timeoutMs = 60_000;
const seed = () => Math.floor(Math.random() * 1e9);
/** A job that runs until it is cancelled. */
const long = () => slow(60, 100, seed());
const isRunning = async (client: ComfyUiClient, promptId: string) =>
	await until(async () => (await client.getJob(promptId)).state === 'running', 'the job to run');

describe.each([
	['without a token', undefined],
	['with a token', TOKEN],
])('the proxy %s', (_name, token) => {
	test('accepts the credential', () =>
		onProxy(async ({ client, proxy }) => {
			expect(await client.host.verify()).toBe(`Connected to the Comfy API at ${proxy.url}.`);
		}, token));

	test('runs a workflow, whose file has the bytes that ComfyUI saved', () =>
		onProxy(async ({ client, bytesOfOutput }) => {
			const { promptId } = await client.queuePrompt(picture(seed() % 0xffffff));
			const { files, warnings } = await client.waitForCompletion(promptId, { timeoutMs });
			expect(files).toMatchObject([
				{ nodeId: '2', nodeTitle: 'Keep it', nodeType: 'SaveImage', key: 'images', type: 'output' },
			]);
			expect(warnings).toEqual([]);
			const bytes = await bytesOf(await client.download(files[0]));
			expect(bytes.length).toBeGreaterThan(0);
			expect(bytes.equals(await bytesOfOutput(files[0].filename))).toBe(true);
		}, token));

	test('takes uploads, in a folder too, and gives them to the workflow', () =>
		onProxy(async ({ client, comfyUi, bytesOfOutput }) => {
			const data = Buffer.from(encodePng(flatPicture(8, 8, seed() % 0xffffff)));
			const name = `photo-${seed()}.png`;
			const { value } = await client.uploadImage({ data, filename: name, subfolder: 'faces' });
			const workflow = { '1': { class_type: 'LoadImage', inputs: { image: value } }, '2': save('1', 'copy') };
			const { promptId } = await client.queuePrompt(workflow);
			const { files } = await client.waitForCompletion(promptId, { timeoutMs });
			const bytes = await bytesOf(await client.download(files[0]));
			expect(bytes.equals(await bytesOfOutput(files[0].filename))).toBe(true);
			const stored = await fetch(
				`${comfyUi}/view?type=input&subfolder=faces&filename=${encodeURIComponent(name)}`,
			);
			expect(Buffer.from(await stored.arrayBuffer()).equals(data)).toBe(true);
		}, token));

	test('reports progress and previews while a job runs', () =>
		onProxy(async ({ client }) => {
			const seen: JobProgress[] = [];
			const { promptId } = await client.queuePrompt(slow(3, 30, seed()));
			await client.waitForCompletion(promptId, { timeoutMs, onProgress: (now) => seen.push(now) });
			const steps = seen.flatMap(({ nodeId, value }) => (nodeId === '2' && value ? value : []));
			expect(new Set(steps).size).toBeGreaterThan(2);
			expect(steps).toEqual([...steps].sort((a, b) => a - b));
			const fractions = seen.flatMap(({ fraction }) => fraction ?? []);
			expect(fractions.every((share) => share >= 0 && share < 1)).toBe(true);
			expect(Math.max(...fractions)).toBeGreaterThan(0.3);
			expect(
				seen.some(({ preview }) => preview?.mimeType === 'image/jpeg' && preview.data.length > 100),
			).toBe(true);
		}, token));

	test('says which node failed', () =>
		onProxy(async ({ client }) => {
			const workflow = {
				'1': picture()['1'],
				'5': { class_type: 'TFail', inputs: { msg: 'it broke', image: ['1', 0] } },
				'2': save('5'),
			};
			const { promptId } = await client.queuePrompt(workflow);
			const error = await caught(client.waitForCompletion(promptId, { timeoutMs }));
			expect(error).toMatchObject({ code: 'execution', failure: { nodeId: '5', nodeType: 'TFail' } });
			expect(error.message).toContain('it broke');
		}, token));

	test('cancels a job that waits and one that runs, and nothing that has ended', () =>
		onProxy(async ({ client, comfyUi }) => {
			const [first, second] = [await client.queuePrompt(long()), await client.queuePrompt(long())];
			await isRunning(client, first.promptId);
			expect(await client.cancel(second.promptId)).toBe('removed');
			expect(await client.cancel(first.promptId)).toBe('interrupted');
			for (const { promptId } of [first, second])
				expect((await caught(client.waitForCompletion(promptId, { timeoutMs }))).code).toBe('cancelled');
			const queue = (await (await fetch(`${comfyUi}/queue`)).json()) as Record<string, unknown[]>;
			expect([queue.queue_running, queue.queue_pending]).toEqual([[], []]);
			const ended = await client.queuePrompt(picture());
			await client.waitForCompletion(ended.promptId, { timeoutMs });
			expect(await client.cancel(ended.promptId)).toBe('nothing');
		}, token));
});

test('a proxy that wants a token refuses a request without it', () =>
	onProxy(async ({ proxy }) => {
		const { ComfyUiClient, connectComfyApiV2 } = await import('../../nodes/client');
		const stranger = new ComfyUiClient(connectComfyApiV2({ baseUrl: proxy.url }));
		expect((await caught(stranger.queuePrompt(picture()))).code).toBe('authentication');
		await stranger.close();
	}, TOKEN));

test('many short jobs all succeed', () =>
	onProxy(async ({ client }) => {
		const run = async () => {
			const { promptId } = await client.queuePrompt(picture(seed() % 0xffffff, 'many'));
			return await client.waitForCompletion(promptId, { timeoutMs });
		};
		const results = await Promise.all(Array.from({ length: 40 }, run));
		expect(results.map(({ files }) => files.length)).toEqual(Array.from({ length: 40 }, () => 1));
	}));

test('pictures of preview nodes are no outputs next to a saved one', () =>
	onProxy(async ({ client }) => {
		const preview = { class_type: 'PreviewImage', inputs: { images: ['1', 0] } };
		const { promptId } = await client.queuePrompt({ ...picture(seed() % 0xffffff), '3': preview });
		const { files } = await client.waitForCompletion(promptId, { timeoutMs });
		expect(files.map(({ nodeId, type }) => [nodeId, type])).toEqual([['2', 'output']]);
		const all = await client.getJob(promptId, { includeTemp: true });
		expect(all.result?.files.map(({ nodeId, type }) => [nodeId, type]).sort()).toEqual([
			['2', 'output'],
			['3', 'temp'],
		]);
	}));

test('a workflow with texts only says that the proxy leaves them out', () =>
	onProxy(async ({ client }) => {
		const text = { class_type: 'TText', inputs: { text: `hello ${seed()}` } };
		const { promptId } = await client.queuePrompt({ '1': text });
		const { files, warnings } = await client.waitForCompletion(promptId, { timeoutMs });
		expect([files, warnings]).toEqual([[], [expect.stringContaining('texts')]]);
	}));

test('labels are stored with the job and come with the list of jobs', () =>
	onProxy(async ({ client }) => {
		const metadata = { campaign: 'autumn', item: '7' };
		const { promptId } = await client.queuePrompt(picture(), { hostOptions: { metadata } });
		await client.waitForCompletion(promptId, { timeoutMs });
		const other = await client.queuePrompt(picture(1));
		await client.waitForCompletion(other.promptId, { timeoutMs });
		const jobs = await client.host.listJobs?.({ max: 10 });
		expect(jobs).toMatchObject([
			{ promptId: other.promptId, status: 'succeeded' },
			{ promptId, status: 'succeeded', metadata },
		]);
		expect(await client.host.listJobs?.({ max: 10, status: 'failed' })).toEqual([]);
		expect(await client.host.listJobs?.({ max: 1 })).toHaveLength(1);
	}));

(isReal ? test.skip : test)('a job that ComfyUI forgets in a restart is lost', () =>
	onProxy(async ({ client, little }) => {
		const { promptId } = await client.queuePrompt(long());
		await isRunning(client, promptId);
		const ended = caught(client.waitForCompletion(promptId, { timeoutMs }));
		await little?.restart();
		expect(await ended).toMatchObject({ code: 'lost', reason: 'restarted' });
	}),
);

(isReal ? test.skip : test)('a cancel that the ComfyUI behind is too old for is an error', () =>
	onProxy(
		async ({ client, little }) => {
			const { promptId } = await client.queuePrompt(long());
			const second = await client.queuePrompt(slow(0.1, 1, seed()));
			await isRunning(client, promptId);
			const error = await caught(client.cancel(second.promptId));
			expect([error.code, error.hint]).toEqual(['not-supported', expect.stringContaining('0.26')]);
			expect(little?.going).toContain(second.promptId);
		},
		undefined,
		'0.25.0',
	),
);
