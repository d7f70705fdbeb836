import { caught } from '../support/caught';
import { onStage } from '../support/Stage';
import { gate } from '../../support/gate';
import { until } from '../../support/until';
import { picture, slow } from '../support/workflows';

jest.mock('../../../nodes/client/core/time', () =>
	jest.requireActual<typeof import('../support/fastDelay')>('../support/fastDelay').fastDelay(),
);

describe.each(['0.3.40', '0.3.56', '0.3.57', '0.25.0', '0.26.0', '0.33.0'])('cancelling on %s', (version) => {
	test('a waiting job removes it, and no other job is touched', () =>
		onStage(
			async (stage) => {
				const { client, server } = stage;
				void server.faults.holdAt('executing');
				const running = await server.submit(slow(0), { clientId: 'somebody' });
				await until(async () => (await client.getJob(running)).state === 'running', 'the run');
				const { promptId } = await client.queuePrompt(picture());
				const other = await server.submit(picture(7), { clientId: 'somebody' });
				const error = caught(client.waitForCompletion(promptId));
				expect(await client.cancel(promptId)).toBe('removed');
				expect(await error).toMatchObject({ code: 'cancelled', promptId });
				server.faults.release();
				await server.idle();
				expect(server.history(promptId)).toBeUndefined();
				for (const id of [running, other]) expect((await client.getJob(id)).state).toBe('success');
				expect(stage.requests('POST', '/interrupt')).toEqual([]);
			},
			{ version },
		));

	test('a running job interrupts it, and no other job is touched', () =>
		onStage(
			async (stage) => {
				const { client, server } = stage;
				const { promptId } = await client.queuePrompt(slow(20, 100));
				const other = await server.submit(slow(0.2, 10), { clientId: 'somebody' });
				const error = caught(client.waitForCompletion(promptId));
				await until(async () => (await client.getJob(promptId)).state === 'running', 'the run');
				expect(await client.cancel(promptId)).toBe('interrupted');
				expect(await error).toMatchObject({ code: 'cancelled', promptId });
				await server.idle();
				expect((await client.getJob(other)).state).toBe('success');
				// before 0.3.57 a second one would hit the other job
				if (version.startsWith('0.3.')) expect(stage.requests('POST', '/interrupt')).toHaveLength(1);
			},
			{ version },
		));

	test('a job that has ended does nothing, whatever runs now', () =>
		onStage(
			async (stage) => {
				const { client, server } = stage;
				const { promptId } = await client.queuePrompt(picture());
				await client.waitForCompletion(promptId);
				void server.faults.holdAt('executing');
				const running = await server.submit(slow(0), { clientId: 'somebody' });
				await until(async () => (await client.getJob(running)).state === 'running', 'the run');
				expect(await client.cancel(promptId)).toBe('nothing');
				expect(stage.requests('POST', '/interrupt')).toEqual([]);
				server.faults.release();
				await server.idle();
				expect((await client.getJob(running)).state).toBe('success');
			},
			{ version },
		));
});

test('cancelling a job that nobody knows does nothing', () =>
	onStage(async ({ client }) => {
		expect(await client.cancel('6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d')).toBe('nothing');
	}));

test.each([
	['0.25.0', '/queue'],
	['0.26.0', '/jobs/cancel'],
])(
	'on %s jobs that are cancelled together share their requests, and none of them gets a turn',
	(version, route) =>
		onStage(
			async (stage) => {
				const { client, server } = stage;
				const ids: string[] = [];
				for (let index = 0; index < 30; index++)
					ids.push((await client.queuePrompt(index === 0 ? slow(20, 100) : picture(index))).promptId);
				const other = await server.submit(picture(99), { clientId: 'somebody' });
				await until(async () => (await client.getJob(ids[0])).state === 'running', 'the run');
				const looks = stage.requests('GET', '/queue').length;
				const results = await Promise.all(ids.map(async (id) => await client.cancel(id)));
				expect(results).toEqual(['interrupted', ...ids.slice(1).map(() => 'removed')]);
				expect(stage.requests('POST', route).length).toBeLessThan(10);
				if (route === '/queue') expect(stage.requests('POST', '/queue')).toHaveLength(1);
				else expect(stage.requests('POST', '/queue')).toEqual([]);
				expect(stage.requests('GET', '/queue').length - looks).toBeLessThan(10);
				await server.idle();
				for (const id of ids.slice(1)) expect(server.history(id)).toBeUndefined();
				expect((await client.getJob(other)).state).toBe('success');
			},
			{ version },
		),
);

test('since 0.26 one request cancels a job by its ID, without an interrupt', () =>
	onStage(async (stage) => {
		const { client, server } = stage;
		const { promptId } = await client.queuePrompt(slow(20, 100));
		await until(async () => (await client.getJob(promptId)).state === 'running', 'the run');
		expect(await client.cancel(promptId)).toBe('interrupted');
		await server.idle();
		expect(stage.requests('POST', `/jobs/${promptId}/cancel`).length).toBeGreaterThan(0);
		expect([...stage.requests('POST', '/interrupt'), ...stage.requests('POST', '/queue')]).toEqual([]);
	}));

test('a job that ends by itself before the request to cancel it arrives keeps its result', () =>
	onStage(async (stage) => {
		const { client, server } = stage;
		server.faults.hold();
		const { promptId } = await client.queuePrompt(picture());
		const [arrived, ended] = [gate(), gate()];
		const hold = async () => {
			arrived.open();
			await ended.passed;
		};
		server.faults.holdRequest({ method: 'POST', path: /jobs\/.*cancel/ }, hold);
		const cancelling = client.cancel(promptId);
		await arrived.passed;
		server.faults.release();
		await server.idle();
		ended.open();
		expect(await cancelling).toBe('nothing');
		expect((await client.waitForCompletion(promptId)).files).toHaveLength(1);
	}));

test('a caller that stops waiting for a cancellation does not end those of others', () =>
	onStage(async ({ client, server }) => {
		server.faults.hold();
		const { promptId } = await client.queuePrompt(picture());
		const gaveUp = new AbortController();
		const first = caught(client.cancel('6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d', { signal: gaveUp.signal }));
		const second = client.cancel(promptId);
		gaveUp.abort();
		expect(await first).toMatchObject({ code: 'aborted' });
		expect(await second).toBe('removed');
		server.faults.release();
	}));

test('cancelling twice is as good as once', () =>
	onStage(async ({ client, server }) => {
		server.faults.hold();
		const { promptId } = await client.queuePrompt(picture());
		expect(await client.cancel(promptId)).toBe('removed');
		expect(await client.cancel(promptId)).toBe('nothing');
		server.faults.release();
	}));

test('a job that failed before it could be cancelled reports its failure', () =>
	onStage(async ({ client, server }) => {
		const workflow = { ...slow(0), '2': { class_type: 'TFail', inputs: { msg: 'no', image: ['1', 0] } } };
		const { promptId } = await client.queuePrompt(workflow);
		await server.idle();
		expect(await client.cancel(promptId)).toBe('nothing');
		expect((await caught(client.waitForCompletion(promptId))).code).toBe('execution');
	}));

test('a job that ended well before it could be cancelled has its result', () =>
	onStage(async ({ client, server }) => {
		const { promptId } = await client.queuePrompt(picture());
		await server.idle();
		await client.cancel(promptId);
		expect((await client.waitForCompletion(promptId)).files).toHaveLength(1);
	}));

test('interrupt, clearQueue and free do what their names say, to everybody', () =>
	onStage(async ({ client, server }) => {
		const running = await server.submit(slow(20, 100));
		const waiting = await server.submit(picture());
		await until(async () => (await client.getJob(running)).state === 'running', 'the run');
		await client.clearQueue();
		expect((await client.getJob(waiting)).state).toBe('lost');
		await client.interrupt();
		await server.idle();
		expect((await client.getJob(running)).state).toBe('interrupted');
		await client.free();
		await client.deleteHistory([running]);
		expect(await client.getHistory(running)).toBeUndefined();
	}));
