import type { JobProgress, QueueOptions } from '../../../../nodes/client';
import { connectComfyApiV2 } from '../../../../nodes/client/hosts/comfyApiV2/connect';
import { parseV2Job } from '../../../../nodes/client/hosts/comfyApiV2/parseJob';
import { until } from '../../../support/until';
import { caught } from '../../support/caught';
import { halfBroken, picture, slow } from '../../support/workflows';
import { onApiV2 } from '../support/onApiV2';

jest.mock('../../../../nodes/client/delay', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;
const promptId = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';

describe('handing in', () => {
	test('sends the workflow, the key as a bearer token, and the prompt ID as the idempotency key', () =>
		onApiV2(async (stage) => {
			const client = stage.connect({ partnerApiKey: 'comfyui-partner' });
			const job = await client.queuePrompt(picture(), { promptId });
			const [{ headers, bodyText }] = stage.submissions();
			expect(headers).toMatchObject({
				authorization: `Bearer ${stage.api.apiKey}`,
				'idempotency-key': promptId,
			});
			expect(JSON.parse(bodyText)).toEqual({
				workflow: picture(),
				extra_data: { api_key_comfy_org: 'comfyui-partner' },
			});
			expect(job.promptId).not.toBe(promptId);
		}));

	test('to a proxy of a self-hosted ComfyUI needs no key', () =>
		onApiV2(
			async (stage) => {
				const client = stage.connect({ apiKey: '' });
				const job = await client.queuePrompt(picture());
				expect((await client.waitForCompletion(job.promptId, { timeoutMs })).files).toHaveLength(1);
				expect(stage.submissions()[0].headers.authorization).toBeUndefined();
			},
			{ kind: 'proxy' },
		));

	test("leaves the editor's workflow out, which the API does not take", () =>
		onApiV2(async (stage) => {
			await stage.client.queuePrompt(picture(), { uiWorkflow: { id: 'w', nodes: [] } });
			expect(JSON.parse(stage.submissions()[0].bodyText)).toEqual({ workflow: picture() });
		}));

	test.each<[string, QueueOptions]>([
		['front', { front: true }],
		['a priority', { number: 3 }],
		['chosen output nodes', { outputNodes: ['2'] }],
		['other extra data', { extraData: { preview_method: 'none' } }],
	])('with %s is refused with what to do instead, before anything is sent', (_what, options) =>
		onApiV2(async (stage) => {
			const error = await caught(stage.client.queuePrompt(picture(), options));
			expect([error.code, typeof error.hint]).toEqual(['not-supported', 'string']);
			expect(stage.submissions()).toEqual([]);
		}),
	);

	test('what cannot run is refused with node and input', () =>
		onApiV2(async ({ client }) => {
			const { '3': broken, '1': canvas } = halfBroken();
			const error = await caught(client.queuePrompt({ '1': canvas, '3': broken }));
			expect([error.code, error.message]).toEqual(['validation', expect.stringContaining('"images"')]);
			expect(error.problems).toMatchObject([{ nodeId: '3', input: 'images' }]);
		}));

	test.each<[number, string, string]>([
		[422, 'missing_asset', 'validation'],
		[422, 'workflow_format_ui', 'validation'],
		[422, 'invalid_workflow', 'validation'],
		[422, 'deployment_stopped', 'http'],
		[422, 'a_code_of_next_year', 'http'],
		[402, 'insufficient_credits', 'payment'],
		[403, 'forbidden', 'authentication'],
		[404, 'not_found', 'not-found'],
		[500, 'upstream_error', 'http'],
	])('a %i of the code %s is told with what to do, and not tried again', (status, code, expected) =>
		onApiV2(async (stage) => {
			stage.refuse(status, code);
			const error = await caught(stage.client.queuePrompt(picture()));
			expect([error.code, typeof error.hint]).toEqual([expected, 'string']);
			expect(error.message).toContain(`the message of ${code}`);
			expect(stage.submissions()).toHaveLength(1);
		}),
	);

	test('after a 500 the job may be there, which the error says', () =>
		onApiV2(async (stage) => {
			stage.refuse(500, 'upstream_error');
			expect((await caught(stage.client.queuePrompt(picture()))).hint).toContain('may run all the same');
		}));

	test.each(['queue_full', 'deployment_not_ready', 'rate_limited'])(
		'is tried again while the API says %s, with the same key',
		(code) =>
			onApiV2(async (stage) => {
				stage.refuse(429, code, { 'retry-after': '2' });
				stage.refuse(429, code);
				const job = await stage.client.queuePrompt(picture());
				expect((await stage.client.waitForCompletion(job.promptId, { timeoutMs })).files).toHaveLength(1);
				const keys = stage.submissions().map(({ headers }) => headers['idempotency-key']);
				expect([keys.length, new Set(keys).size]).toEqual([3, 1]);
			}),
	);

	test('a prompt ID that was used before is refused', () =>
		onApiV2(async ({ client, api }) => {
			await client.queuePrompt(picture(), { promptId });
			await api.comfyUi.idle();
			const error = await caught(client.queuePrompt(picture(), { promptId }));
			expect([error.code, error.message]).toEqual(['invalid-input', expect.stringContaining(promptId)]);
		}));
});

describe('when the answer to a submission is lost', () => {
	test('and the job never arrived, it is sent again with the same key', () =>
		onApiV2(async (stage) => {
			stage.strike({ kind: 'reset' });
			const job = await stage.client.queuePrompt(picture());
			expect((await stage.client.waitForCompletion(job.promptId, { timeoutMs })).files).toHaveLength(1);
			expect(stage.submissions()).toHaveLength(2);
		}));

	test('and the job had arrived, there is one job, and an error that says so', () =>
		onApiV2(async (stage) => {
			stage.api.comfyUi.faults.hold();
			stage.strike({ kind: 'cut', afterBytes: 3 });
			const error = await caught(stage.client.queuePrompt(picture()));
			expect([error.code, error.hint]).toEqual([
				'connection',
				expect.stringContaining('may run all the same'),
			]);
			expect([stage.submissions().length, stage.api.comfyUi.going.length]).toEqual([2, 1]);
		}));

	test('twice, it is an error', () =>
		onApiV2(async (stage) => {
			stage.strike({ kind: 'reset' }, 9);
			expect((await caught(stage.client.queuePrompt(picture()))).code).toBe('connection');
			expect(stage.submissions()).toHaveLength(2);
		}));
});

describe('a job', () => {
	test('tells its progress while it is looked at', () =>
		onApiV2(async ({ client }) => {
			const seen: JobProgress[] = [];
			const job = await client.queuePrompt(slow(0.6, 30));
			const onProgress = (now: JobProgress) => void seen.push(now);
			await client.waitForCompletion(job.promptId, { timeoutMs, onProgress });
			const fractions = seen.flatMap(({ fraction }) => fraction ?? []);
			expect(fractions.filter((share) => share > 0 && share < 1).length).toBeGreaterThan(1);
			expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
			expect(seen.some(({ nodeTitle, max }) => nodeTitle === 'TSleep' && max === 30)).toBe(true);
		}));

	test('that is looked at once tells how far it is', () =>
		onApiV2(async ({ client }) => {
			const job = await client.queuePrompt(slow(20, 100));
			await until(async () => (await client.getJob(job.promptId)).max === 100, 'steps');
			const { state, nodeId, fraction } = await client.getJob(job.promptId);
			expect([state, nodeId, (fraction ?? 0) > 0]).toEqual(['running', '2', true]);
			expect(await client.cancel(job.promptId)).toBe('interrupted');
			expect((await caught(client.waitForCompletion(job.promptId, { timeoutMs }))).code).toBe('cancelled');
		}));

	test('that waits tells its place', () =>
		onApiV2(async ({ client, api }) => {
			api.comfyUi.faults.hold();
			await client.queuePrompt(picture(1));
			const job = await client.queuePrompt(picture(2));
			expect(await client.getJob(job.promptId)).toMatchObject({ state: 'pending', position: 1 });
			expect(await client.cancel(job.promptId)).toBe('removed');
			expect(await client.cancel(job.promptId)).toBe('nothing');
			expect(await client.cancel('nobody')).toBe('nothing');
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
		(status) => expect(parseV2Job({ status }, base)).toMatchObject({ state: 'running' }),
	);
	test('queued is a job that waits', () =>
		expect(parseV2Job({ status: 'queued', queue_position: 2 }, base)).toEqual({
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
		const look = parseV2Job({ status, created_at: '2026-08-01T10:00:00Z' }, base);
		expect(look).toMatchObject({ state: 'ended', outcome: { status: end, createdAt: 1_785_578_400_000 } });
	});
	test('of no job at all is none', () => expect(parseV2Job(null, base)).toEqual({ state: 'absent' }));
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
		await expect(connectComfyApiV2(options).verify()).resolves.toBeUndefined();
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
