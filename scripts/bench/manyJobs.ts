import { setTimeout as sleep } from 'node:timers/promises';
import { ComfyUiClient } from '../../nodes/client';
import { startBeside } from './helperProcess';
import { job, mib, report } from './setup';

const JOBS = 1000;
const QUIET_S = 30;
/** Until all waits have begun and asked for the first time. */
const SETTLE_S = 10;

/** What it costs one process to await a thousand jobs at once: while the first of them runs on and on, and to the end. */
async function main(): Promise<void> {
	const server = await startBeside('littleServer.ts');
	const client = ComfyUiClient.connect({ url: server.url });
	const [first] = await queue(client, 1, SETTLE_S + QUIET_S + 10);
	const others = await queue(client, JOBS - 1, 0.01);
	global.gc?.();
	const memory = process.memoryUsage().rss;
	const waits = [first, ...others].map(async (promptId) => await client.waitForCompletion(promptId));
	const all = Promise.all(waits);
	await sleep(SETTLE_S * 1000);

	const before = await server.ask('requests');
	const cpu = process.cpuUsage();
	await sleep(QUIET_S * 1000);
	const { user, system } = process.cpuUsage(cpu);
	const requests = (await server.ask('requests')) - before;
	const sockets = await server.ask('sockets');
	const growth = process.memoryUsage().rss - memory;

	const results = await all;
	const total = (await server.ask('requests')) - before;
	await client.close();
	server.stop();
	if (results.some(({ files }) => files.length !== 1)) throw new Error('files are missing');
	report(
		`${JOBS} jobs awaited at once over ${sockets} ${sockets === 1 ? 'socket' : 'sockets'} (aim: 1)`,
		`${(requests / QUIET_S).toFixed(2)} requests per second while all is quiet (aim: at most 2)`,
		`processor time: ${((user + system) / 10_000 / QUIET_S).toFixed(2)} % of one core, memory grew by ${mib(growth)}`,
		`to the end of all: ${(total / JOBS).toFixed(2)} requests per job`,
	);
}

/** Hands in jobs of which each is another picture. @returns their prompt IDs */
async function queue(client: ComfyUiClient, count: number, seconds: number): Promise<string[]> {
	const ids: string[] = [];
	for (let index = 0; index < count; index++) {
		const workflow = job(seconds, 1) as Record<number, { inputs: Record<string, unknown> }>;
		workflow[1].inputs.color = index;
		ids.push((await client.queuePrompt(workflow)).promptId);
	}
	return ids;
}

void main();
