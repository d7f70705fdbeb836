import { JobGroup } from '../../../nodes/client';
import { caught } from '../support/caught';
import { onStage } from '../support/Stage';
import { until } from '../../support/until';
import { failing } from '../hosts/support/jobs';
import { picture, slow } from '../support/workflows';

jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);

const POST = { method: 'POST', path: /\/prompt$/ };
const busy = { status: 503, headers: { 'retry-after': '0' }, body: 'busy' };
const timeoutMs = 3_600_000;

describe('client.run', () => {
	test('runs a workflow to its end', () =>
		onStage(async ({ client }) => {
			const progress: string[] = [];
			const onProgress = ({ state }: { state: string }) => progress.push(state);
			const result = await client.run(slow(), { timeoutMs, onProgress });
			expect(result).toMatchObject({
				status: 'success',
				attempts: 1,
				nodeErrors: {},
				files: [{ nodeId: '3' }],
			});
			expect(progress).toContain('running');
		}));

	test('retries what can pass, and says how often', () =>
		onStage(async ({ client, server }) => {
			server.faults.respond({ ...POST, times: 2 }, busy);
			expect(await client.run(picture(), { timeoutMs })).toMatchObject({ status: 'success', attempts: 3 });
		}));

	test('gives up after the retries, with the number of attempts in the error', () =>
		onStage(async ({ client, server }) => {
			server.faults.respond(POST, busy);
			const error = await caught(client.run(picture(), { timeoutMs, retry: { retries: 1 } }));
			expect(error).toMatchObject({ code: 'http', status: 503, attempts: 2 });
			expect(error.message).toContain('(2 attempts)');
		}));

	test('prepares the workflow once for all attempts', () =>
		onStage(async (stage) => {
			const { client, server } = stage;
			server.faults.respond({ ...POST, times: 1 }, busy);
			let prepared = 0;
			const prepare = async () => {
				prepared += 1;
				return picture(7);
			};
			expect(await client.run(undefined, { timeoutMs, prepare })).toMatchObject({ attempts: 2 });
			expect(prepared).toBe(1);
			expect(stage.submissions()[0].prompt).toMatchObject(picture(7));
		}));

	test('cancels the job when the signal fires', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const stop = new AbortController();
			const error = caught(client.run(picture(), { timeoutMs, signal: stop.signal }));
			await until(() => server.going.length === 1, 'the job');
			stop.abort();
			expect(await error).toMatchObject({ code: 'aborted' });
			expect(server.going).toEqual([]);
			server.faults.release();
		}));

	test('leaves the job alone when the signal fires and that is wanted', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const stop = new AbortController();
			const options = { timeoutMs, signal: stop.signal, cancelOnAbort: false };
			const error = caught(client.run(picture(), options));
			await until(() => server.going.length === 1, 'the job');
			stop.abort();
			expect(await error).toMatchObject({ code: 'aborted' });
			expect(server.going).toHaveLength(1);
			server.faults.release();
		}));

	test('says when it could not cancel the job', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const stop = new AbortController();
			const error = caught(client.run(picture(), { timeoutMs, signal: stop.signal }));
			await until(() => server.going.length === 1, 'the job');
			const [promptId] = server.going;
			server.faults.respond({ path: /\/queue$/ }, { status: 403, body: 'no' });
			stop.abort();
			const { hint } = await error;
			expect(hint).toContain(`A job could not be cancelled and may still run: ${promptId}`);
			server.faults.clear();
			server.faults.release();
		}));

	test('cancels the job at the deadline', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const error = await caught(client.run(picture(), { timeoutMs: 10_000 }));
			expect(error).toMatchObject({ code: 'timeout', hint: expect.stringContaining('It was cancelled') });
			expect(server.going).toEqual([]);
			server.faults.release();
		}));

	test('retries a job whose node failed only when that is wanted', () =>
		onStage(async ({ client }) => {
			const retry = { retries: 1, failedNodes: true };
			expect(await caught(client.run(failing(), { timeoutMs, retry: { retries: 0 } }))).toMatchObject({
				attempts: 1,
			});
			expect(await caught(client.run(failing(), { timeoutMs, retry }))).toMatchObject({ attempts: 2 });
		}));
});

describe('a group of jobs', () => {
	test('submits them in order, and counts how they ended', () =>
		onStage(async (stage) => {
			const { client, server } = stage;
			server.faults.respond({ ...POST, times: 1 }, busy);
			const group = new JobGroup();
			const run = async (color: number) => await client.run(picture(color), { timeoutMs, group });
			const results = await Promise.all([1, 2, 3].map(run));
			expect(results.map(({ attempts }) => attempts)).toEqual([2, 1, 1]);
			expect(group.statistics).toMatchObject({ succeeded: 3, failed: 0, retried: 1 });
			expect(group.statistics.summary()).toMatch(/^3 of 3 jobs succeeded, 1 retried, in \d+ s\.$/);
			const colors = stage.submissions().map(({ prompt }) => JSON.stringify(prompt));
			expect(colors.slice(0, 3)).toEqual([1, 2, 3].map((color) => JSON.stringify(picture(color))));
		}));

	test('keeps the concurrency limit', () =>
		onStage(async ({ client, server }) => {
			const group = new JobGroup({ concurrencyLimit: 2 });
			let max = 0;
			const onProgress = () => (max = Math.max(max, server.going.length));
			const run = async (color: number) => await client.run(picture(color), { timeoutMs, group, onProgress });
			await Promise.all([1, 2, 3, 4, 5].map(run));
			expect(max).toBeLessThanOrEqual(2);
			expect(group.statistics.succeeded).toBe(5);
		}));

	test('leaves its jobs to cancelAll when the signal fires', () =>
		onStage(async ({ client, server }) => {
			server.faults.hold();
			const stop = new AbortController();
			const group = new JobGroup();
			const options = { timeoutMs, group, signal: stop.signal };
			const errors = [1, 2, 3].map((color) => caught(client.run(picture(color), options)));
			await until(() => server.going.length === 3, 'the jobs');
			stop.abort();
			for (const error of errors) expect(await error).toMatchObject({ code: 'aborted' });
			expect(server.going).toHaveLength(3);
			expect(await group.cancelAll()).toEqual([]);
			expect(server.going).toEqual([]);
			server.faults.release();
		}));

	test('refuses a limit that lets nothing through', () => {
		expect(() => new JobGroup({ concurrencyLimit: 0 })).toThrow('concurrency limit');
	});
});
