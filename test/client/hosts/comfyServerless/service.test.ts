import type { Api } from '../../../../nodes/client/transport/Api';
import { toOutcome } from '../../../../nodes/client/hosts/comfyServerless/jobStatus';
import { caught } from '../../support/caught';
import { picture, slow } from '../../support/workflows';
import { until } from '../../../support/until';
import { onServerless } from '../support/comfyServerlessStage';

const UNKNOWN = '6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d';

describe('retrying', () => {
	test('runs a failed job again as a new one', async () => {
		await onServerless(async (stage) => {
			const host = stage.service();
			const { promptId } = await stage.connect().queuePrompt(stage.job('failing').workflow);
			await until(() => stage.going().length === 0, 'the failure');
			const again = await host.serverless.retry(promptId);
			expect(again).not.toBe(promptId);
			expect(stage.server.book.executions.has(again)).toBe(true);
		});
	});

	test('is refused for a job that has not failed, and for one that is not there', async () => {
		await onServerless(async (stage) => {
			const { serverless } = stage.service();
			const { promptId } = await stage.connect().queuePrompt(slow());
			const error = await caught(serverless.retry(promptId));
			expect([error.code, error.message]).toEqual([
				'invalid-input',
				expect.stringContaining('Can only retry failed workflows'),
			]);
			expect((await caught(serverless.retry(UNKNOWN))).code).toBe('not-found');
		});
	});

	test('that the service cannot do says what to do instead', async () => {
		await onServerless(
			async (stage) => {
				const { promptId } = await stage.connect().queuePrompt(stage.job('failing').workflow);
				await until(() => stage.going().length === 0, 'the failure');
				const error = await caught(stage.service().serverless.retry(promptId));
				expect([error.status, error.hint]).toEqual([
					500,
					expect.stringContaining('Submit the workflow again'),
				]);
			},
			{ shapes: 'real' },
		);
	});
});

describe('listing jobs', () => {
	test('tells them newest first, by status and page', async () => {
		await onServerless(async (stage) => {
			const { serverless } = stage.service();
			const client = stage.connect();
			const hostOptions = { metadata: { order: 7 } };
			const first = await client.queuePrompt(picture(), { hostOptions });
			await until(() => stage.going().length === 0, 'the end');
			const second = await client.queuePrompt(slow());
			const all = await serverless.list();
			expect(all.map(({ promptId }) => promptId)).toEqual([second.promptId, first.promptId]);
			expect(all[1]).toMatchObject({ status: 'completed', metadata: { order: 7 } });
			expect(all[1].durationMs).toBe((all[1].endedAt as number) - (all[1].startedAt as number));
			expect(await serverless.list({ status: 'completed' })).toHaveLength(1);
			const page = await serverless.list({ limit: 1, offset: 1 });
			expect(page.map(({ promptId }) => promptId)).toEqual([first.promptId]);
		});
	});

	test('says what can be listed where the service trips over jobs with a log', async () => {
		await onServerless(
			async (stage) => {
				const { serverless } = stage.service();
				await stage.connect().queuePrompt(picture());
				await until(() => stage.going().length === 0, 'the end');
				const error = await caught(serverless.list());
				expect([error.status, error.hint]).toEqual([
					500,
					expect.stringContaining('cannot list jobs that have a log'),
				]);
				expect(await serverless.list({ status: 'running' })).toEqual([]);
			},
			{ shapes: 'real', logs: true },
		);
	});
});

test('models can be listed and loaded', async () => {
	await onServerless(async (stage) => {
		const { serverless } = stage.service();
		const { models, availableMb } = await serverless.models('checkpoint');
		expect(models).toEqual([
			{
				name: 'sd_xl_base_1.0.safetensors',
				type: 'checkpoint',
				loaded: false,
				downloading: false,
				downloadProgress: undefined,
				lastUsedAt: Date.UTC(2026, 0, 2, 3, 4, 5),
				memoryMb: 6600,
			},
		]);
		expect(availableMb).toBe(24000);
		expect((await serverless.models('lora')).models).toEqual([]);
		await serverless.loadModel('sd_xl_base_1.0.safetensors', 'checkpoint');
		expect(stage.server.loaded).toEqual(['sd_xl_base_1.0.safetensors']);
	});
});

test('health needs no credentials', async () => {
	await onServerless(async (stage) => {
		const { serverless } = stage.service({ password: 'wrong' });
		expect(await serverless.health()).toEqual({
			status: 'healthy',
			version: '1.0.0',
			uptimeMs: 2500,
			services: [],
		});
		expect(await serverless.health(true)).toMatchObject({
			status: 'degraded',
			services: [{ name: 'comfyui', status: 'unhealthy', error: 'no answer', responseMs: 3 }],
		});
		expect(stage.server.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
	});
});

describe('the credential test', () => {
	test('names the account', async () => {
		await onServerless(async (stage) => {
			expect(await stage.service().verify()).toBe('Connected to ComfyUI Serverless as someone.');
		});
	});

	test('lists jobs where the service has no route of the account', async () => {
		await onServerless(
			async (stage) => expect(await stage.service().verify()).toBe('Connected to ComfyUI Serverless.'),
			{ me: false },
		);
	});
});

test('a file is sent with its description, models can be limited to those that are there, and the workflow has metadata', async () => {
	await onServerless(async (stage) => {
		const { serverless } = stage.service();
		await serverless.uploadFile({ data: Buffer.from('x'), filename: 'a.txt', description: 'a note' });
		await serverless.models('checkpoint', { availableOnly: true });
		const hostOptions = { workflowMetadata: { name: 'portrait' } };
		await stage.connect().queuePrompt(picture(), { hostOptions });
		const { requests } = stage.server;
		expect(requests.find(({ path }) => path === '/files/upload')?.bodyText).toMatch(
			/name="description"\s+a note/,
		);
		expect(requests.find(({ path }) => path === '/models/')?.query).toMatchObject({ available_only: 'true' });
		const sent = requests.find(({ path }) => path === '/workflows/execute')?.bodyText ?? '';
		expect(JSON.parse(sent)).toMatchObject({ workflow: { metadata: { name: 'portrait' } } });
	});
});

test.each([
	[{ started_at: '2026-01-01T00:00:00', duration_seconds: 2.5 }, [0, 2_500]],
	[{ completed_at: '2026-01-01T00:00:10', duration_seconds: 4 }, [6_000, 10_000]],
	[
		{ started_at: '2026-01-01T00:00:00', completed_at: '2026-01-01T00:00:10', duration_seconds: 4 },
		[0, 10_000],
	],
	[{ started_at: '2026-01-01T00:00:00', duration_seconds: null }, [0, undefined]],
])('the times %j begin and end at %j', (facts, [start, end]) => {
	const zero = Date.parse('2026-01-01T00:00:00Z');
	const { startedAt, endedAt } = toOutcome('j', { status: 'completed' }, facts, { base: 'http://h' } as Api);
	const since = (time: number | undefined) => (time === undefined ? undefined : time - zero);
	expect([since(startedAt), since(endedAt)]).toEqual([start, end]);
});
