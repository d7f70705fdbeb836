import type { JobProgress } from '../../../../nodes/client';
import { toState, toJobStatus } from '../../../../nodes/client/hosts/comfyCloud/jobStatus';
import { until } from '../../../support/until';
import { caught } from '../../support/caught';
import { picture, slow } from '../../support/workflows';
import { onCloud } from '../support/onCloud';

jest.mock('../../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../../support/fastDelay')>('../../support/fastDelay').fastDelay(),
);

const timeoutMs = 3_600_000;

describe('the socket of the account', () => {
	test('is opened with the key as its token, and brings progress and previews of our job', () =>
		onCloud(async ({ client, cloud }) => {
			const seen: JobProgress[] = [];
			cloud.comfyUi.faults.hold();
			const { promptId } = await client.queuePrompt(slow(0.1, 4));
			const onProgress = (now: JobProgress) => void seen.push(now);
			const done = client.waitForCompletion(promptId, { timeoutMs, onProgress });
			await until(() => seen.length > 0, 'the wait');
			cloud.comfyUi.faults.release();
			await done;
			const [upgrade] = cloud.origin.requests.filter(({ path }) => path === '/ws');
			expect(upgrade.query).toEqual({ clientId: client.clientId, token: cloud.apiKey });
			expect(seen.some(({ nodeId, max, preview }) => nodeId === '2' && max === 4 && preview)).toBe(true);
		}));

	test('brings events of other jobs too, which change nothing', () =>
		onCloud(async ({ client, cloud }) => {
			const seen: JobProgress[] = [];
			cloud.comfyUi.faults.hold();
			const theirs = await cloud.submit(slow(0.1, 5));
			const { promptId } = await client.queuePrompt(picture(3));
			const onProgress = (now: JobProgress) => void seen.push(now);
			const done = client.waitForCompletion(promptId, { timeoutMs, onProgress });
			cloud.comfyUi.faults.release();
			expect((await done).files.map(({ filename }) => filename)).toEqual(['x_00001_.png']);
			expect(seen.every((now) => now.promptId === promptId && !now.preview)).toBe(true);
			const theirResult = await client.waitForCompletion(theirs, { timeoutMs });
			expect(theirResult.files.map(({ filename }) => filename)).toEqual(['slow_00001_.png']);
		}));

	test('is not needed', () =>
		onCloud(async ({ client, cloud }) => {
			const { promptId } = await client.queuePrompt(picture(), { events: false });
			cloud.sockets.end();
			expect((await client.waitForCompletion(promptId, { timeoutMs })).files).toHaveLength(1);
		}));
});

describe('looking at jobs', () => {
	test('asks for all that wait with one listing', () =>
		onCloud(async (stage) => {
			const { client, cloud } = stage;
			cloud.comfyUi.faults.hold();
			const jobs = [];
			for (let color = 0; color < 8; color++) jobs.push(await client.queuePrompt(picture(color)));
			const looks = await client.host.jobs.getJobs(jobs.map(({ promptId }) => promptId));
			expect([...looks.values()].every(({ state }) => state === 'pending')).toBe(true);
			expect(stage.requests('GET', /^\/api\/jobs/)).toHaveLength(1);
			expect(await client.getQueue()).toHaveLength(8);
		}));

	test.each([
		['seconds', false],
		['milliseconds', true],
	])('understands times of creation in %s', (_unit, milliseconds) =>
		onCloud(
			async ({ client }) => {
				const before = Date.now();
				const { promptId } = await client.queuePrompt(picture());
				await client.waitForCompletion(promptId, { timeoutMs });
				const { createdAt = 0, startedAt = 0 } = (await client.host.jobs.outcome(promptId)) ?? {};
				for (const time of [createdAt, startedAt]) {
					expect(time).toBeGreaterThanOrEqual(before - 1_000); // whole seconds
					expect(time).toBeLessThanOrEqual(Date.now());
				}
			},
			{ milliseconds },
		),
	);

	test('a job of another account is as good as none', () =>
		onCloud(async (stage) => {
			stage.answer(/jobs\/theirs/, 403, { code: 'FORBIDDEN', message: 'not yours' }, {}, 9);
			expect((await stage.client.getJob('theirs')).state).toBe('lost');
		}));

	test('an inactive subscription ends a wait', () =>
		onCloud(async (stage) => {
			const { promptId } = await stage.client.queuePrompt(picture());
			stage.answer(/jobs/, 429, { error: { type: 'INACTIVE_SUBSCRIPTION' } }, {}, 99);
			const error = await caught(stage.client.waitForCompletion(promptId, { timeoutMs }));
			expect(error.code).toBe('payment');
		}));
});

describe.each([
	['pending', ['pending', 'waiting_to_dispatch', 'submitted', 'queued_limited', 'queued_waiting']],
	['pending', ['allocated', 'preparing', 'pending_execution']],
	['running', ['in_progress', 'executing', 'executed', 'erroring', 'cancel_requested', 'cancel_pending']],
	['running', ['cancelling_preparing', 'a_status_of_next_year', 'toString', undefined]],
	['success', ['completed', 'success', 'COMPLETED']],
	['error', ['failed', 'error', 'non_retryable_error', 'lost']],
	['interrupted', ['cancelled', 'canceled']],
])('%s', (state, statuses) => {
	test.each(statuses)('is what the status "%s" stands for', (status) => expect(toState(status)).toBe(state));
});

describe('a job that failed', () => {
	const failed = (execution_error: object) => ({
		id: 'j',
		status: 'failed',
		create_time: 1_755_000_000,
		workflow: { prompt: picture(), extra_data: {} },
		execution_error,
	});

	test.each([
		['InsufficientFundsError', 'credits'],
		['InactiveSubscriptionError', 'plan'],
		['ModelDownloadError', 'model'],
		['OOMError', 'memory'],
		['PanicError', 'again'],
	])('of %s says what to do about it', (exception_type, told) => {
		const look = toJobStatus(failed({ exception_type, exception_message: 'm', node_id: '2' }));
		const outcome = look.state === 'ended' ? look.outcome : undefined;
		const error = outcome?.explain?.(outcome.workflow);
		expect([error?.code, error?.hint]).toEqual(['execution', expect.stringContaining(told)]);
		expect(error?.message).toContain('Keep it');
	});

	test('and was lost says so', () => {
		const look = toJobStatus({ id: 'j', status: 'lost' });
		const outcome = look.state === 'ended' ? look.outcome : undefined;
		expect(outcome?.error?.exception_message).toContain('lost');
	});
});

describe('cancelling', () => {
	test('stops a running job, and no other', () =>
		onCloud(async (stage) => {
			const { client, cloud } = stage;
			const { promptId } = await client.queuePrompt(slow(20, 100));
			const theirs = await cloud.submit(picture());
			await until(async () => (await client.getJob(promptId)).state === 'running', 'the run');
			expect(await client.cancel(promptId)).toBe('interrupted');
			expect((await caught(client.waitForCompletion(promptId, { timeoutMs }))).code).toBe('cancelled');
			expect((await client.waitForCompletion(theirs, { timeoutMs })).files).toHaveLength(1);
			expect(stage.requests('POST', /interrupt/)).toEqual([]);
		}));

	test('goes over the queue where there is no other way, and says when that is not enough', () =>
		onCloud(
			async (stage) => {
				const { client } = stage;
				const running = await client.queuePrompt(slow(20, 100));
				const waiting = await client.queuePrompt(picture());
				await until(async () => (await client.getJob(running.promptId)).state === 'running', 'the run');
				expect(await client.cancel(waiting.promptId)).toBe('removed');
				const error = await caught(client.cancel(running.promptId));
				expect([error.code, error.hint]).toEqual([
					'not-supported',
					expect.stringContaining('cloud.comfy.org'),
				]);
				expect(stage.requests('POST', /interrupt/)).toEqual([]);
			},
			{ cancelRoute: false },
		));
});
