import type { QueueOptions } from '../../../../nodes/client';
import { caught } from '../../support/caught';
import { halfBroken, picture } from '../../support/workflows';
import { onApiV2 } from '../support/onApiV2';

jest.mock('../../../../nodes/client/core/time', () =>
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
		[400, 'invalid_workflow', 'validation'],
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
			expect((await caught(stage.client.queuePrompt(picture()))).hint).toContain('may run nevertheless');
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
				expect.stringContaining('may run nevertheless'),
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
