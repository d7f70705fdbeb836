import { failure, serverUnderTest } from '../support/ServerUnderTest';
import { picture, slow } from '../support/workflows';

const server = serverUnderTest();
const { client, other } = server;

describe('the queue', () => {
	test('gives the position of a job that waits', async () => {
		const first = await client.queuePrompt(slow(1.2));
		const second = await client.queuePrompt(slow(0.1));
		await server.running(first);
		expect(await client.getJob(second.promptId)).toMatchObject({ state: 'pending', position: 1 });
		await server.wait(second);
	});

	test('takes a job before the others', async () => {
		const first = await client.queuePrompt(slow(1.5));
		await server.running(first);
		const second = await client.queuePrompt(slow(0.1));
		const third = await client.queuePrompt(slow(0.1), { front: true });
		const order = (await client.getQueue()).map(({ promptId }) => promptId);
		expect(order).toEqual([first.promptId, third.promptId, second.promptId]);
	});

	test('is cleared of what waits, which is lost, while the running job goes on', async () => {
		const running = await client.queuePrompt(slow(0.8));
		await server.running(running);
		const waiting = await client.queuePrompt(slow(0.1));
		await client.clearQueue();
		await failure(server.wait(waiting), 'lost');
		expect((await server.wait(running)).files).toHaveLength(1);
	});
});

describe('cancelling', () => {
	test('a job that waits removes it, and the running one goes on', async () => {
		const running = await client.queuePrompt(slow(1.5));
		await server.running(running);
		const waiting = await client.queuePrompt(slow(0.1));
		expect(await client.cancel(waiting.promptId)).toBe('removed');
		await failure(server.wait(waiting), 'cancelled');
		expect((await server.wait(running)).files).toHaveLength(1);
	});

	test('the running job interrupts it, and the next one runs', async () => {
		const running = await client.queuePrompt(slow(10, 100));
		const next = await client.queuePrompt(slow(0.6));
		await server.running(running);
		expect(await client.cancel(running.promptId)).toBe('interrupted');
		await failure(server.wait(running), 'cancelled');
		expect((await server.wait(next)).files).toHaveLength(1);
	});

	test('a job that has ended does nothing, and the running job of another client goes on', async () => {
		const { job } = await server.run(picture());
		const running = await other.queuePrompt(slow(1.2));
		await server.running(running);
		expect(await client.cancel(job.promptId)).toBe('nothing');
		expect((await server.wait(running)).files).toHaveLength(1);
	});

	test('five at once stops all five, and the sixth runs', async () => {
		const five = [];
		for (let count = 0; count < 5; count++) five.push(await client.queuePrompt(slow(10, 100)));
		const sixth = await client.queuePrompt(slow(0.3));
		await server.running(five[0]);
		const results = await Promise.all(five.map(async ({ promptId }) => await client.cancel(promptId)));
		expect(results).toEqual(['interrupted', 'removed', 'removed', 'removed', 'removed']);
		expect((await server.wait(sixth)).files).toHaveLength(1);
	});
});

describe('waiting', () => {
	test('ends with the signal, and the job can be cancelled then', async () => {
		const job = await client.queuePrompt(slow(10, 100));
		await server.running(job);
		const { signal, ...controller } = abortable();
		const waiting = server.wait(job, { signal });
		controller.abort();
		await failure(waiting, 'aborted');
		expect(await client.cancel(job.promptId)).toBe('interrupted');
		await server.idle();
	});

	test('says that somebody interrupted the job', async () => {
		const job = await client.queuePrompt(slow(10, 100));
		await server.running(job);
		await other.interrupt();
		await failure(server.wait(job), 'interrupted');
	});

	test('ends at the deadline, and the job goes on', async () => {
		const job = await client.queuePrompt(slow(1.5));
		await failure(server.wait(job, { timeoutMs: 400 }), 'timeout');
		expect((await server.wait(job)).files).toHaveLength(1);
	});

	test('for an ID that the server does not know says that the job is lost', async () => {
		await failure(client.waitForCompletion(crypto.randomUUID()), 'lost');
	});
});

test('the history has a page, an entry, and forgets it', async () => {
	const { job } = await server.run(picture());
	expect(Object.keys(await client.getHistory({ maxItems: 3 })).length).toBeLessThanOrEqual(3);
	expect(await client.getHistory(job.promptId)).toBeDefined();
	await client.deleteHistory([job.promptId]);
	expect(await client.getHistory(job.promptId)).toBeUndefined();
	await failure(server.wait(job), 'lost');
});

function abortable(): { signal: AbortSignal; abort: () => void } {
	const controller = new AbortController();
	return { signal: controller.signal, abort: () => controller.abort() };
}
