import type { JobProgress } from '../../../../nodes/client';
import { connectComfyApiV2 } from '../../../../nodes/client/hosts/comfyApiV2/connect';
import { toJobStatus } from '../../../../nodes/client/hosts/comfyApiV2/jobStatus';
import { until } from '../../../support/until';
import { caught } from '../../support/caught';
import { picture, slow } from '../../support/workflows';
import { onApiV2 } from '../support/onApiV2';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;

describe('a job', () => {
	test('reports its progress while it is polled', () =>
		onApiV2(async ({ client, api: { comfyUi } }) => {
			const seen: JobProgress[] = [];
			void comfyUi.faults.holdAt('progress', 10);
			const job = await client.queuePrompt(slow(0.03, 30));
			const onProgress = (now: JobProgress) => void seen.push(now);
			const done = client.waitForCompletion(job.promptId, { timeoutMs, onProgress });
			await until(() => seen.some(({ value }) => value === 10), 'ten steps');
			void comfyUi.faults.holdAt('progress', 10);
			comfyUi.faults.release();
			await until(() => seen.some(({ value }) => value === 20), 'twenty steps');
			comfyUi.faults.release();
			await done;
			const fractions = seen.flatMap(({ fraction }) => fraction ?? []);
			expect(fractions.filter((share) => share > 0 && share < 1).length).toBeGreaterThan(1);
			expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
			expect(seen.some(({ nodeTitle, max }) => nodeTitle === 'TSleep' && max === 30)).toBe(true);
		}));

	test('reports its progress to a single request', () =>
		onApiV2(async ({ client }) => {
			const job = await client.queuePrompt(slow(20, 100));
			await until(async () => (await client.getJob(job.promptId)).max === 100, 'steps');
			const { state, nodeId, fraction } = await client.getJob(job.promptId);
			expect([state, nodeId, (fraction ?? 0) > 0]).toEqual(['running', '2', true]);
			expect(await client.cancel(job.promptId)).toBe('interrupted');
			expect((await caught(client.waitForCompletion(job.promptId, { timeoutMs }))).code).toBe('cancelled');
		}));

	test('reports its position while it waits', () =>
		onApiV2(async ({ client, api }) => {
			api.comfyUi.faults.hold();
			await client.queuePrompt(picture(1));
			const job = await client.queuePrompt(picture(2));
			expect(await client.getJob(job.promptId)).toMatchObject({ state: 'pending', position: 1 });
			expect(await client.cancel(job.promptId)).toBe('removed');
			expect(await client.cancel(job.promptId)).toBe('nothing');
			expect(await client.cancel('nobody')).toBe('nothing');
		}));

	test('that is reported as expired before its time is asked for again', () =>
		onApiV2(async ({ client, api }) => {
			const { promptId } = await client.queuePrompt(picture());
			await client.waitForCompletion(promptId, { timeoutMs });
			const body = { id: promptId, status: 'expired', error: null, expires_at: '2999-01-01T00:00:00Z' };
			const reply = { status: 200, body };
			api.origin.faults.arm({ method: 'GET', path: /jobs\/[^/]+$/, times: 2 }, { kind: 'respond', reply });
			expect((await client.getJob(promptId)).state).toBe('success');
		}));

	test('that failed names its node', () =>
		onApiV2(async ({ client }) => {
			const workflow = {
				...picture(),
				'5': { class_type: 'TFail', inputs: { msg: 'it broke', image: ['1', 0] } },
				'2': { ...picture()['2'], inputs: { images: ['5', 0], filename_prefix: 'x' } },
			};
			const job = await client.queuePrompt(workflow);
			const error = await caught(client.waitForCompletion(job.promptId, { timeoutMs }));
			expect(error.message).toContain('it broke');
			expect(error.failure).toMatchObject({ nodeId: '5', nodeType: 'TFail' });
		}));
});

describe('the status', () => {
	const base = 'http://host';
	test.each(['running', 'canceling', 'a_status_of_next_year', 'toString'])(
		'%s is a job that runs',
		(status) => expect(toJobStatus({ status }, base)).toMatchObject({ state: 'running' }),
	);
	test('queued is a job that waits', () =>
		expect(toJobStatus({ status: 'queued', queue_position: 2 }, base)).toEqual({
			state: 'pending',
			position: 2,
		}));
	test.each([
		['succeeded', 'success'],
		['canceled', 'interrupted'],
		['cancelled', 'interrupted'],
		['failed', 'error'],
		['expired', 'error'],
	])('%s is an end: %s', (status, end) => {
		const look = toJobStatus({ status, created_at: '2026-08-01T10:00:00Z' }, base);
		expect(look).toMatchObject({ state: 'ended', outcome: { status: end, createdAt: 1_785_578_400_000 } });
	});
	test('of no job at all is none', () => expect(toJobStatus(null, base)).toEqual({ state: 'absent' }));
});

test('the server behind is out of reach, which is said with what to use instead', () =>
	onApiV2(async ({ client }) => {
		for (const work of [client.objectInfo(), client.getQueue(), client.listUserFiles()]) {
			expect(await caught(work)).toMatchObject({ code: 'not-supported', hint: expect.any(String) });
		}
	}));

test('the key is accepted, or is not', () =>
	onApiV2(async ({ api }) => {
		const options = { baseUrl: api.url, apiKey: api.apiKey };
		await expect(connectComfyApiV2(options).verify()).resolves.toBe(
			`Connected to the Comfy API at ${options.baseUrl}.`,
		);
		const wrong = connectComfyApiV2({ ...options, apiKey: 'comfyui-wrong' });
		expect((await caught(wrong.verify())).code).toBe('authentication');
	}));

test.each([
	['dep-1.run.comfy.app', 'https://dep-1.run.comfy.app'],
	['https://cloud.comfy.org/api/v2/', 'https://cloud.comfy.org'],
	['127.0.0.1:8189', 'http://127.0.0.1:8189'],
	['https://gateway.example.com/deployment/d/', 'https://gateway.example.com/deployment/d'],
])('the base URL %s leads to %s', (baseUrl, base) => {
	expect(connectComfyApiV2({ baseUrl }).base).toBe(base);
});
