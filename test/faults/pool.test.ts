import { ComfyUiClient, JobGroup } from '../../nodes/client';
import { PoolStage } from '../client/hosts/pool/support/PoolStage';
import { caught } from '../client/support/caught';
import { textToImage } from '../client/support/workflows';
import { until } from '../support/until';
import { pool } from './table/pool';

jest.mock('../../nodes/client/core/time', () =>
	jest
		.requireActual<typeof import('../client/support/fastDelay')>('../client/support/fastDelay')
		.fastDelay(20),
);

const JOBS = 24;
const timeoutMs = 3_600_000;
const CHECKPOINT = 'sd_xl_base_1.0.safetensors';
const runAll = (client: ComfyUiClient) => {
	const group = new JobGroup();
	return Array.from(
		{ length: JOBS },
		async (_, seed) => await client.run(textToImage(seed, CHECKPOINT), { timeoutMs, group }),
	);
};

test.each(pool)('$name', async ({ first = {}, before, during, after, outcome }) => {
	const others = { stepMs: 5, models: { checkpoints: [CHECKPOINT] } };
	const stage = await PoolStage.start([{ ...others, ...first }, others, others]);
	try {
		const [a, b, c] = stage.servers;
		await before?.(stage);
		const jobs = runAll(stage.connect());
		if (during) {
			await until(() => a.going.length > 0 && stage.submissions()[0] > 1, 'jobs on the first server');
			await during(stage);
		}
		let ended = 0;
		for (const job of jobs) void job.then(() => (ended += 1));
		if (after) {
			await until(() => ended >= JOBS - 2 - a.going.length, 'the jobs of the others');
			await after(stage);
		}
		const results = await Promise.all(jobs);
		const servers = results.map(({ server }) => server);
		if (outcome.first !== undefined) expect(servers.includes('a')).toBe(outcome.first);
		expect(results.some(({ attempts }) => attempts > 1)).toBe(outcome.again);
		const elsewhere = servers.filter((server) => server !== 'a').length;
		expect(stage.submissions()[1] + stage.submissions()[2]).toBe(elsewhere); // none that had finished ran again
		expect([b.going, c.going]).toEqual([[], []]);
	} finally {
		await stage.stop();
	}
});

test('the list of servers is changed while jobs run', async () => {
	const stage = await PoolStage.start([{}, {}]);
	try {
		const client = stage.connect();
		const [a, b] = stage.servers;
		for (const { faults } of [a, b]) faults.hold();
		const jobs = [await client.queuePrompt(textToImage(1)), await client.queuePrompt(textToImage(2))];
		const changed = ComfyUiClient.connect({ servers: [{ url: b.url, name: 'b' }] });
		for (const { faults } of [a, b]) faults.release();
		for (const { promptId, server } of jobs) {
			expect((await client.waitForCompletion(promptId, { timeoutMs })).server).toBe(server);
			const after = changed.waitForCompletion(promptId, { timeoutMs });
			if (server === 'b') expect(await after).toMatchObject({ server: 'b' });
			else expect((await caught(after)).message).toBe('The pool has no server "a". Its servers are b.');
		}
		await changed.close();
	} finally {
		await stage.stop();
	}
});
