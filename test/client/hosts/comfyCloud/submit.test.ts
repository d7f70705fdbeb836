import { until } from '../../../support/until';
import { caught } from '../../support/caught';
import { picture, slow } from '../../support/workflows';
import { onCloud } from '../support/onCloud';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;

describe('handing in', () => {
	test('shows the key as a header, and as the key for partner nodes inside the job', () =>
		onCloud(async (stage) => {
			const { client, cloud } = stage;
			await client.queuePrompt(picture());
			const [request] = stage.requests('POST', /prompt/);
			expect(request.headers['x-api-key']).toBe(cloud.apiKey);
			expect(JSON.parse(request.bodyText)).toMatchObject({ extra_data: { api_key_comfy_org: cloud.apiKey } });
		}));

	test.each([
		['front', { front: true }],
		['a priority', { number: 0 }],
	])('with %s, which the cloud would ignore, is refused before anything is sent', (_what, options) =>
		onCloud(async ({ client, cloud }) => {
			const error = await caught(client.queuePrompt(picture(), { ...options, events: false }));
			expect([error.code, error.hint]).toEqual(['not-supported', expect.stringContaining('self-hosted')]);
			expect(cloud.origin.requests).toEqual([]);
		}),
	);

	test('for chosen output nodes passes them on', () =>
		onCloud(async ({ client }) => {
			const workflow = { ...slow(0), '4': picture()['2'] };
			const { promptId } = await client.queuePrompt(workflow, { outputNodes: ['3'] });
			const { files } = await client.waitForCompletion(promptId, { timeoutMs });
			expect(files.map(({ nodeId }) => nodeId)).toEqual(['3']);
		}));

	test.each([
		[
			'as a ComfyUI says it',
			{
				error: { type: 'prompt_outputs_failed_validation', message: 'failed' },
				node_errors: {
					'1': { errors: [{ type: 'required_input_missing', extra_info: { input_name: 'width' } }] },
				},
			},
			'width',
		],
		['as the cloud says it', { code: 'INVALID_WORKFLOW', message: 'too many nodes' }, 'too many nodes'],
	])('a workflow that is refused, %s', (_how, body, told) =>
		onCloud(async (stage) => {
			stage.answer(/prompt/, 400, body);
			const error = await caught(stage.client.queuePrompt(picture()));
			expect([error.code, error.message]).toEqual(['validation', expect.stringContaining(told)]);
		}),
	);

	test('a refusal with status 200 is one too', () =>
		onCloud(async (stage) => {
			stage.answer(/prompt/, 200, { error: { type: 'prompt_no_outputs', message: 'no' } });
			expect((await caught(stage.client.queuePrompt(picture()))).code).toBe('validation');
		}));
});

describe('a 429', () => {
	test('for a full queue is waited for, and the job runs once', () =>
		onCloud(
			async (stage) => {
				const { client, cloud } = stage;
				cloud.comfyUi.faults.hold();
				const first = await client.queuePrompt(picture(1));
				const second = client.queuePrompt(picture(2));
				await until(() => stage.requests('POST', /prompt/).length >= 3, 'a second try');
				cloud.comfyUi.faults.release();
				const ids = [first.promptId, (await second).promptId];
				for (const id of ids) expect(await client.waitForCompletion(id, { timeoutMs })).toBeDefined();
				expect(Object.keys(await client.getHistory())).toEqual(ids);
			},
			{ mostJobs: 1 },
		));

	test('for a full queue is an error where nobody wants to wait', () =>
		onCloud(
			async (stage) => {
				stage.cloud.comfyUi.faults.hold();
				const client = stage.connect({ queueWaitMs: 0 });
				await client.queuePrompt(picture(1));
				const error = await caught(client.queuePrompt(picture(2)));
				expect([error.code, error.status]).toEqual(['http', 429]);
			},
			{ mostJobs: 1 },
		));

	test('that lasts longer than anybody waits is an error at once, which says when to come back', () =>
		onCloud(async (stage) => {
			stage.answer(/prompt/, 429, { error: { type: 'QUEUE_LIMIT' } }, { 'retry-after': '7200' });
			const error = await caught(stage.client.queuePrompt(picture()));
			expect(error).toMatchObject({ code: 'http', status: 429, retryAfterMs: 7_200_000 });
			expect(stage.requests('POST', /prompt/)).toHaveLength(1);
		}));

	test('is not waited for any longer once the signal fires', () =>
		onCloud(
			async (stage) => {
				const { client, cloud } = stage;
				cloud.comfyUi.faults.hold();
				await client.queuePrompt(picture(1));
				const controller = new AbortController();
				const error = caught(client.queuePrompt(picture(2), { signal: controller.signal }));
				await until(() => stage.requests('POST', /prompt/).length >= 2, 'a try');
				controller.abort();
				expect((await error).code).toBe('aborted');
				expect(cloud.comfyUi.going).toHaveLength(1);
			},
			{ mostJobs: 1 },
		));
});

test.each<[number, object | string]>([
	[402, { message: 'Insufficient credits' }],
	[429, { error: { type: 'PAYMENT_REQUIRED', message: 'pay' } }],
	[429, { error: { type: 'FREE_TIER_LIMIT', message: 'no' } }],
	[429, { code: 'PARTNER_NODE_PAYMENT_REQUIRED', message: 'pay' }],
	[429, { error: { type: 'INACTIVE_SUBSCRIPTION' } }],
	[429, { error: 'Subscription inactive' }],
	[429, 'User has not paid'],
])('a %i with %j wants a payment, and is not tried again', (status, body) =>
	onCloud(async (stage) => {
		stage.answer(/prompt/, status, body);
		const error = await caught(stage.client.queuePrompt(picture()));
		expect([error.code, error.hint]).toEqual(['payment', expect.stringContaining('platform.comfy.org')]);
		expect(stage.requests('POST', /prompt/)).toHaveLength(1);
	}),
);

test.each([
	[401, {}, 'authentication'],
	[403, { code: 'FORBIDDEN', message: 'not yours' }, 'authentication'],
	[403, { error: { type: 'PARTNER_NODE_DISABLED', message: 'off' } }, 'not-supported'],
	[413, 'too large', 'too-large'],
	[500, { code: 'INTERNAL', message: 'oops' }, 'http'],
	[503, '<html>down</html>', 'http'],
])('a %i with %j is told with what to do', (status, body, code) =>
	onCloud(async (stage) => {
		stage.answer(/prompt/, status, body);
		const error = await caught(stage.client.queuePrompt(picture()));
		expect([error.code, typeof error.hint]).toEqual([code, 'string']);
		expect(stage.requests('POST', /prompt/)).toHaveLength(1);
	}),
);

describe('when the answer to a submission is lost', () => {
	const cut = { method: 'POST', path: /prompt/, times: 1 };

	test('the job is found under our id, where the cloud takes it', () =>
		onCloud(
			async (stage) => {
				stage.cloud.origin.faults.arm(cut, { kind: 'cut', afterBytes: 3 });
				const { promptId } = await stage.client.queuePrompt(picture());
				expect(await stage.client.waitForCompletion(promptId, { timeoutMs })).toBeDefined();
				expect(stage.requests('POST', /prompt/)).toHaveLength(1);
			},
			{ honoursIds: true },
		));

	test('it is not sent again where its status is unknown, and the error says that it may run', () =>
		onCloud(async (stage) => {
			stage.cloud.origin.faults.arm(cut, { kind: 'cut', afterBytes: 3 });
			const error = await caught(stage.client.queuePrompt(picture()));
			expect([error.code, error.hint]).toEqual([
				'connection',
				expect.stringContaining('may run nevertheless'),
			]);
			expect(stage.requests('POST', /prompt/)).toHaveLength(1);
		}));
});
