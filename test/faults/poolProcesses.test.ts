import { ComfyUiClient, JobGroup, type RunResult } from '../../nodes/client';
import { type Beside, startBeside } from '../../scripts/bench/helperProcess';
import { slow } from '../client/support/workflows';
import { until } from '../support/until';

/** Faults of servers that are processes of their own, met with the signals of the operating system. */

let servers: Beside[];
let client: ComfyUiClient;

beforeEach(async () => {
	servers = await Promise.all([1, 2, 3].map(async () => await startBeside('littleServer.ts')));
	client = connect();
});
afterEach(async () => {
	await client.close();
	for (const server of servers) server.stop();
});

const connect = () =>
	ComfyUiClient.connect({ servers: servers.map(({ url }, index) => ({ url, name: 'abc'[index] })) });

/** Begins so many short jobs. */
function begin(jobs: number): { ended: () => number; results: Promise<RunResult[]> } {
	const group = new JobGroup();
	let ended = 0;
	const running = Array.from({ length: jobs }, async (_, seed) => {
		const result = await client.run(slow(0.02, 1, seed), { group });
		ended += 1;
		return result;
	});
	return { ended: () => ended, results: Promise.all(running) };
}

/** Waits for the middle of the jobs, and for jobs on the first server that cannot end now. */
async function holdFirst(ended: () => number, after: number): Promise<void> {
	await until(() => ended() >= after, `${after} jobs`, 60_000);
	await servers[0].ask('hold');
	await until(async () => (await servers[0].ask('hold')) === 2, 'jobs on the first server', 60_000);
}

const submittedTo = async (...indexes: number[]) =>
	(await Promise.all(indexes.map(async (index) => await servers[index].ask('submitted')))).reduce(
		(sum, one) => sum + one,
		0,
	);

test('one of three servers is killed in the middle of 300 jobs: all end, and none that had finished runs again', async () => {
	const { ended, results } = begin(300);
	await holdFirst(ended, 60);
	servers[0].kill();
	const all = await results;
	const onFirst = all.filter(({ server }) => server === 'a');
	expect(all).toHaveLength(300);
	expect(onFirst.length).toBeGreaterThan(0);
	// the job that ran and the one behind it
	expect(all.filter(({ attempts }) => attempts === 2)).toHaveLength(2);
	expect(all.filter(({ attempts }) => attempts > 2)).toEqual([]);
	expect(all.filter(({ promptId, server }) => !promptId.endsWith(`@${server}`))).toEqual([]);
	expect(await submittedTo(1, 2)).toBe(300 - onFirst.length);
});

test('one of three servers is stopped (SIGSTOP) in the middle of jobs and goes on: each job runs once', async () => {
	const { ended, results } = begin(100);
	await holdFirst(ended, 20);
	servers[0].pause();
	// the two that it has, and those that it got or ended just before, whose results cannot be read now
	await until(() => ended() >= 90, 'the jobs of the others', 90_000);
	servers[0].resume();
	await servers[0].ask('release');
	const all = await results;
	expect(all.map(({ attempts }) => attempts)).toEqual(all.map(() => 1));
	expect(await submittedTo(0, 1, 2)).toBe(100);
	expect(all.filter(({ server }) => server === 'a')).toHaveLength(await submittedTo(0));
});
