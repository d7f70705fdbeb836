import type { ApiWorkflow } from '../../../../nodes/client';
import { toJobStatus } from '../../../../nodes/client/hosts/comfyApiV2/jobStatus';
import { until } from '../../../support/until';
import { caught } from '../../support/caught';
import { picture } from '../../support/workflows';
import { onApiV2, type ApiV2Play } from '../support/onApiV2';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;
const PROXY = { kind: 'proxy' } as const;

async function run({ client }: ApiV2Play, workflow: ApiWorkflow) {
	const { promptId } = await client.queuePrompt(workflow);
	return await client.waitForCompletion(promptId, { timeoutMs });
}

/** What the proxy of Comfy.org does, seen by running it. */
describe('the proxy in front of a self-hosted ComfyUI', () => {
	test('whose ComfyUI was restarted has lost the job, instead of a node that failed', () =>
		onApiV2(async ({ client, api }) => {
			api.comfyUi.faults.hold();
			const { promptId } = await client.queuePrompt(picture());
			const ended = caught(client.waitForCompletion(promptId, { timeoutMs }));
			await until(async () => (await client.getJob(promptId)).state === 'pending', 'the job');
			await api.comfyUi.restart();
			expect(await ended).toMatchObject({
				code: 'lost',
				reason: 'restarted',
				message: expect.stringContaining('restarted'),
			});
			expect((await client.getJob(promptId)).state).toBe('lost');
		}, PROXY));

	test('a job that expired for good is an error', () => {
		const job = { status: 'expired', error: null, expires_at: '2020-01-01T00:00:00Z' };
		expect(toJobStatus(job, 'http://host')).toMatchObject({ state: 'ended', outcome: { status: 'error' } });
	});

	test('a pending job that was cancelled is removed, although the proxy calls it expired', () =>
		onApiV2(async ({ client, api }) => {
			api.comfyUi.faults.hold();
			await client.queuePrompt(picture(1));
			const { promptId } = await client.queuePrompt(picture(2));
			const ended = caught(client.waitForCompletion(promptId, { timeoutMs }));
			expect(await client.cancel(promptId)).toBe('removed');
			expect((await ended).code).toBe('cancelled');
			expect(api.comfyUi.going).toHaveLength(1);
			api.comfyUi.faults.release();
		}, PROXY));

	test.each([
		['queued', 'still queued'],
		['running', 'still running'],
	])('a cancel that leaves the job %s is an error', (status, said) =>
		onApiV2(async ({ client, api }) => {
			const id = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';
			const reply = { status: 200, body: { id, status } };
			api.origin.faults.arm({ path: /\/jobs\/[^/]+(\/cancel)?$/ }, { kind: 'respond', reply });
			const error = await caught(client.cancel(id));
			expect([error.code, error.message]).toEqual(['not-supported', expect.stringContaining(said)]);
			expect(error.hint).toContain('0.26');
		}, PROXY),
	);

	test('a cancel that comes too late did nothing', () =>
		onApiV2(async ({ client, api }) => {
			const id = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';
			const answer = (status: string, times: number) =>
				api.origin.faults.arm(
					{ path: /\/jobs\/[^/]+(\/cancel)?$/, times },
					{ kind: 'respond', reply: { status: 200, body: { id, status } } },
				);
			answer('running', 3);
			answer('succeeded', 1);
			expect(await client.cancel(id)).toBe('nothing');
		}, PROXY));

	test('a service that says it is cancelling is believed', () =>
		onApiV2(async ({ client, api }) => {
			const id = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';
			const answer = (status: string, times: number) =>
				api.origin.faults.arm(
					{ path: /\/jobs\/[^/]+(\/cancel)?$/, times },
					{ kind: 'respond', reply: { status: 200, body: { id, status } } },
				);
			answer('running', 1);
			answer('canceling', 2);
			expect(await client.cancel(id)).toBe('interrupted');
		}));

	test('pictures of preview nodes are no outputs, for a client that did not submit the job either', () =>
		onApiV2(async (stage) => {
			const preview = { class_type: 'PreviewImage', inputs: { images: ['1', 0] } };
			const { promptId } = await stage.client.queuePrompt({ ...picture(), '3': preview });
			for (const client of [stage.client, stage.connect()]) {
				const { files } = await client.waitForCompletion(promptId, { timeoutMs });
				expect(files).toMatchObject([{ nodeId: '2', nodeType: 'SaveImage', type: 'output' }]);
				const all = await client.getJob(promptId, { includeTemp: true });
				expect(all.result?.files.map(({ type }) => type).sort()).toEqual(['output', 'temp']);
			}
		}, PROXY));

	test('a preview is the result when there is nothing else', () =>
		onApiV2(async (stage) => {
			const preview = { class_type: 'PreviewImage', inputs: { images: ['1', 0] } };
			const { files, warnings } = await run(stage, { '1': picture()['1'], '3': preview });
			expect([files, warnings]).toMatchObject([[{ nodeId: '3', type: 'temp' }], []]);
		}, PROXY));

	test('a workflow that has only texts says that the proxy drops them, and names its nodes', () =>
		onApiV2(async (stage) => {
			const { files, warnings } = await run(stage, { '1': { class_type: 'TText', inputs: { text: 'hi' } } });
			expect(files).toEqual([]);
			expect(warnings).toEqual([expect.stringMatching(/texts, 3D models.*TText \(node 1\)/s)]);
		}, PROXY));

	test('takes labels as one text, and gives them back as labels', () =>
		onApiV2(async (stage) => {
			const metadata = { campaign: 'autumn' };
			const { client } = stage;
			const { promptId } = await client.queuePrompt(picture(), { hostOptions: { metadata } });
			const bodies = stage.submissions().map(({ bodyText }) => JSON.parse(bodyText) as { metadata: unknown });
			expect(bodies.map(({ metadata: sent }) => sent)).toEqual([metadata, '{"campaign":"autumn"}']);
			const keys = stage.submissions().map(({ headers }) => headers['idempotency-key']);
			expect(new Set(keys).size).toBe(1);
			expect(await client.host.listJobs?.({ max: 5 })).toMatchObject([{ promptId, metadata }]);
		}, PROXY));
});

describe('the list of jobs', () => {
	test.each(['deployment', 'proxy'] as const)('of a %s has the newest first, up to the limit', (kind) =>
		onApiV2(
			async (stage) => {
				const ids: string[] = [];
				for (let index = 0; index < 4; index++) {
					const { promptId } = await stage.client.queuePrompt(picture(index), {
						hostOptions: { metadata: { index: String(index) } },
					});
					ids.unshift(promptId);
				}
				await stage.api.comfyUi.idle();
				const list = async (max: number, status?: 'completed' | 'failed') =>
					(await stage.client.host.listJobs?.({ max, status })) ?? [];
				expect((await list(10)).map(({ promptId }) => promptId)).toEqual(ids);
				expect((await list(3)).map(({ metadata }) => metadata)).toEqual([
					{ index: '3' },
					{ index: '2' },
					{ index: '1' },
				]);
				expect(await list(10, 'completed')).toHaveLength(4);
				expect(await list(10, 'failed')).toEqual([]);
			},
			{ kind },
		),
	);

	test('comes in pages, and ends when the service repeats one', () =>
		onApiV2(async ({ client, api }) => {
			const reply = { status: 200, body: { jobs: [{ id: 'a', status: 'queued' }], next_cursor: 'again' } };
			api.origin.faults.arm({ path: /\/jobs$/ }, { kind: 'respond', reply });
			expect(await client.host.listJobs?.({ max: 9 })).toHaveLength(2);
		}));
});

test('durations of the service are the timings of a job whose times are missing', () => {
	const job = {
		status: 'succeeded',
		created_at: '2026-08-01T10:00:00Z',
		started_at: null,
		completed_at: null,
		metrics: { queue_ms: 9_000, execution_ms: 42_000 },
	};
	const status = toJobStatus(job, 'http://host');
	const created = Date.parse('2026-08-01T10:00:00Z');
	expect(status).toMatchObject({
		outcome: { createdAt: created, startedAt: created + 9_000, endedAt: created + 51_000 },
	});
	const pending = toJobStatus({ ...job, metrics: { queue_ms: null } }, 'http://host');
	expect(pending).toMatchObject({ outcome: { startedAt: undefined, endedAt: undefined } });
});
