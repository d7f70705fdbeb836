import { performance } from 'node:perf_hooks';
import { ComfyUiClient, JobGroup } from '../../nodes/client';
import { type Beside, startBeside } from './helperProcess';
import { job, ms, report } from './setup';

const ROUNDS = [
	{ servers: 3, jobs: 300, seconds: 0.1, aim: ' (aim: at most 1.05)' },
	{ servers: 10, jobs: 3_000, seconds: 0.01, aim: '' },
];

/** Jobs on several servers, each in a process of its own, against the ideal: the time that they were busy, evenly shared. */
async function main(): Promise<void> {
	const lines: string[] = [];
	for (const { servers, jobs, seconds, aim } of ROUNDS) {
		const { took, busy, requests, most } = await run(servers, jobs, seconds);
		const ideal = busy / servers;
		lines.push(
			`${jobs} jobs of ${seconds * 1000} ms on ${servers} servers: ${ms(took)}, ideal ${ms(ideal)}`,
			`  ratio: ${(took / ideal).toFixed(3)}${aim}, ${(requests / jobs).toFixed(2)} requests per job`,
			`  most questions for the length of its queue to one server: ${most.toFixed(2)} in a second`,
		);
	}
	const { took, again, lost, twice } = await killOne();
	lines.push(
		`300 jobs of 100 ms on 3 servers, one killed after 3 s: ${ms(took)}`,
		`  lost: ${lost}, handed to another server: ${again}, finished and run again: ${twice}`,
	);
	report(...lines);
}

async function run(count: number, jobs: number, seconds: number) {
	const { servers, client } = await start(count);
	await runAll(client, count * 2, 0.01); // connects, and loads the node types
	const ask = async (question: string) =>
		await Promise.all(servers.map(async (server) => await server.ask(question)));
	const [busyBefore, requestsBefore, questionsBefore] = [
		await ask('busy'),
		await ask('requests'),
		await ask('questions'),
	];
	const begin = performance.now();
	await runAll(client, jobs, seconds);
	const took = performance.now() - begin;
	const [busy, requests, questions] = [await ask('busy'), await ask('requests'), await ask('questions')];
	await stop(servers, client);
	const grown = (after: number[], before: number[]) => after.map((value, index) => value - before[index]);
	return {
		took,
		busy: sum(grown(busy, busyBefore)),
		requests: sum(grown(requests, requestsBefore)),
		most: Math.max(...grown(questions, questionsBefore)) / (took / 1000),
	};
}

/** Kills one of three servers in the middle of its jobs. */
async function killOne() {
	const { servers, client } = await start(3);
	await runAll(client, 6, 0.01);
	const before = (await servers[1].ask('submitted')) + (await servers[2].ask('submitted'));
	const begin = performance.now();
	const running = runAll(client, 300, 0.1);
	await new Promise((resolve) => setTimeout(resolve, 3_000));
	servers[0].kill();
	const ended = await running;
	const took = performance.now() - begin;
	const after = (await servers[1].ask('submitted')) + (await servers[2].ask('submitted'));
	await stop(servers.slice(1), client);
	const onKilled = ended.filter((one) => 'server' in one && one.server === 'gpu-1').length;
	return {
		took,
		lost: ended.filter((one) => !('server' in one)).length,
		again: ended.filter((one) => 'attempts' in one && one.attempts > 1).length,
		twice: after - before + onKilled - 300,
	};
}

async function start(count: number): Promise<{ servers: Beside[]; client: ComfyUiClient }> {
	const servers = await Promise.all(
		Array.from({ length: count }, async () => await startBeside('littleServer.ts')),
	);
	const client = ComfyUiClient.connect({
		servers: servers.map(({ url }, index) => ({ url, name: `gpu-${index + 1}` })),
	});
	return { servers, client };
}

async function stop(servers: Beside[], client: ComfyUiClient): Promise<void> {
	await client.close();
	for (const server of servers) server.stop();
}

let seed = 0;

async function runAll(client: ComfyUiClient, jobs: number, seconds: number) {
	const group = new JobGroup();
	const all = Array.from({ length: jobs }, async () => {
		const workflow = job(seconds) as Record<string, { inputs: Record<string, unknown> }>;
		workflow[2].inputs.seed = ++seed;
		return await client.run(workflow, { group }).catch((error: unknown) => ({ error }));
	});
	return await Promise.all(all);
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

void main();
