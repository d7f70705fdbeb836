import { bytesOf } from '../../support/bytes';
import { caught } from '../../support/caught';
import { picture, save, slow } from '../../support/workflows';
import { connectComfyCloud } from '../../../../nodes/client';
import { onCloud, type CloudPlay } from '../support/onCloud';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;
const V2 = { v2: true };
const jobsOver = ({ cloud }: CloudPlay) =>
	cloud.origin.requests.filter(({ method, path }) => method === 'POST' && /\/(prompt|jobs)$/.test(path));

describe('Comfy Cloud with the Comfy API v2', () => {
	test('runs jobs and stores files over v2 with the key as a bearer token, and reads its catalogue over v1', () =>
		onCloud(async (stage) => {
			const { client, cloud } = stage;
			const { promptId } = await client.queuePrompt(picture());
			const { files } = await client.waitForCompletion(promptId, { timeoutMs });
			const bytes = await bytesOf(await client.download(files[0]));
			expect(bytes.equals(cloud.comfyUi.files.read('output', 'x_00001_.png') as Buffer)).toBe(true);
			const { value } = await client.uploadImage({ data: bytes, filename: 'a.png' });
			const copy = { '1': { class_type: 'LoadImage', inputs: { image: value } }, '2': save('1', 'copy') };
			expect((await client.checkWorkflow(copy)).ok).toBe(true);
			const gone = { ...copy, '1': { ...copy['1'], inputs: { image: 'a.png [asset none]' } } };
			expect((await client.checkWorkflow(gone)).missingFiles).toHaveLength(1);
			const second = await client.queuePrompt(copy);
			expect((await client.waitForCompletion(second.promptId, { timeoutMs })).files).toHaveLength(1);
			await client.objectInfo();
			const used = cloud.origin.requests.filter(({ path }) => path !== '/ws');
			const ofV2 = used.filter(({ path }) => path.startsWith('/api/v2/'));
			expect(ofV2.every(({ headers }) => headers.authorization === `Bearer ${cloud.apiKey}`)).toBe(true);
			const others = used.filter((request) => !ofV2.includes(request));
			expect(others.map(({ path }) => path)).toEqual(['/api/object_info']);
			expect(others[0].headers.authorization).toBeUndefined();
			expect(jobsOver(stage).map(({ path }) => path)).toEqual(['/api/v2/jobs', '/api/v2/jobs']);
		}, V2));

	test.each([
		['chosen output nodes', { outputNodes: ['2'] }],
		['extra data', { extraData: { preview_method: 'none' } }],
		['a workflow of the editor inside the files', { uiWorkflow: { id: 'w', nodes: [] } }],
	])('runs a job with %s over v1, which has that', (_what, options) =>
		onCloud(async (stage) => {
			const { client } = stage;
			const { promptId } = await client.queuePrompt(picture(), options);
			expect((await client.waitForCompletion(promptId, { timeoutMs })).files).toHaveLength(1);
			expect(jobsOver(stage).map(({ path }) => path)).toEqual(['/api/prompt']);
		}, V2),
	);

	test('finds a job of v1 that another client submitted, and cancels it', () =>
		onCloud(async (stage) => {
			const { client, cloud } = stage;
			const promptId = await cloud.submit(slow(20, 100));
			expect(['pending', 'running']).toContain((await client.getJob(promptId)).state);
			expect(['removed', 'interrupted']).toContain(await client.cancel(promptId));
			const mine = await client.queuePrompt(slow(20, 100));
			expect(['removed', 'interrupted']).toContain(await client.cancel(mine.promptId));
		}, V2));

	test('lists jobs, and says whether the key is right', () =>
		onCloud(async ({ client, cloud }) => {
			const { promptId } = await client.queuePrompt(picture(), { hostOptions: { metadata: { a: 'b' } } });
			expect(await client.host.listJobs?.({ max: 5 })).toMatchObject([{ promptId, metadata: { a: 'b' } }]);
			expect(await client.host.verify()).toBe('Connected to Comfy Cloud.');
			const wrong = connectComfyCloud({ baseUrl: cloud.url, apiKey: 'comfyui-wrong' });
			expect((await caught(wrong.verify())).code).toBe('authentication');
		}, V2));

	test('refuses a file that is too large before anything is sent', () =>
		onCloud(async ({ client, cloud }) => {
			const upload = { data: Buffer.from('x'), size: 51 * 1024 * 1024, filename: 'a.png' };
			expect((await caught(client.uploadImage(upload))).code).toBe('too-large');
			expect(cloud.origin.requests).toEqual([]);
		}, V2));

	test('is asked again which API it has after an answer that does not say so', () =>
		onCloud(async (stage) => {
			stage.answer(/\/api\/v2\//, 503, 'maintenance');
			expect((await caught(stage.client.queuePrompt(picture()))).code).toBe('http');
			await stage.client.queuePrompt(picture());
			expect(jobsOver(stage).map(({ path }) => path)).toEqual(['/api/v2/jobs']);
		}, V2));
});

test('Comfy Cloud without v2 runs jobs and stores files over v1', () =>
	onCloud(async (stage) => {
		const { client } = stage;
		const { promptId } = await client.queuePrompt(picture());
		const { files } = await client.waitForCompletion(promptId, { timeoutMs });
		expect((await bytesOf(await client.download(files[0]))).length).toBeGreaterThan(0);
		const { value } = await client.uploadImage({ data: Buffer.from('x'), filename: 'a.png' });
		expect(value).toMatch(/^[\da-f]{64}\.png$/);
		expect(jobsOver(stage).map(({ path }) => path)).toEqual(['/api/prompt']);
	}));
