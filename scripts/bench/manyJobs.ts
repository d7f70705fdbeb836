import { setTimeout as sleep } from 'node:timers/promises';
import { ComfyUiClient } from '../../nodes/client';
import { startBeside } from './helperProcess';
import { heldMemory } from './heap';
import { job, mib, report } from './setup';

const JOBS = 10_000;
const QUIET_S = 30;
/** Until all waits have begun and asked for the first time. */
const SETTLE_S = 20;
/** Requests at a time while the jobs are queued. */
const AT_ONCE = 20;

/**
 * What it costs one process to await ten thousand jobs at once: while other jobs run that are not over until they
 * are cancelled, and to the end.
 */
async function main(): Promise<void> {
	const server = await startBeside('littleServer.ts');
	const client = ComfyUiClient.connect({ url: server.url });
	const busy = await keepBusy(client);
	const queued = await queue(client, JOBS);
	const memory = heldMemory();
	const waits = queued.map(async (promptId) => await client.waitForCompletion(promptId));
	const all = Promise.all(waits);
	await sleep(SETTLE_S * 1000);

	const before = await server.ask('requests');
	const cpu = process.cpuUsage();
	await sleep(QUIET_S * 1000);
	const { user, system } = process.cpuUsage(cpu);
	const requests = (await server.ask('requests')) - before;
	const sockets = await server.ask('sockets');
	const growth = heldMemory() - memory;

	for (const promptId of busy.reverse()) await client.cancel(promptId);
	const results = await all;
	const total = (await server.ask('requests')) - before;
	await client.close();
	server.stop();
	if (results.some(({ files }) => files.length !== 1)) throw new Error('files are missing');
	report(
		`${JOBS} jobs awaited at once over ${sockets} ${sockets === 1 ? 'socket' : 'sockets'} (aim: 1)`,
		`${(requests / QUIET_S).toFixed(2)} requests per second while all is quiet (aim: at most 1)`,
		`processor time: ${((user + system) / 10_000 / QUIET_S).toFixed(2)} % of one core, the waits hold ${mib(growth)} (aim: at most 30 MiB)`,
		`to the end of all: ${(total / JOBS).toFixed(2)} requests per job`,
	);
}

/** Queues jobs that keep the server busy for eight minutes, unless they are cancelled. @returns their prompt IDs */
async function keepBusy(client: ComfyUiClient): Promise<string[]> {
	const ids: string[] = [];
	// The longest that the server's node can take is 100 s; with other steps it runs each time.
	for (let steps = 1; steps <= 5; steps++) ids.push((await client.queuePrompt(job(100, steps))).promptId);
	return ids;
}

/** Queues jobs of which each is another picture. @returns their prompt IDs */
async function queue(client: ComfyUiClient, count: number): Promise<string[]> {
	const ids: string[] = [];
	while (ids.length < count) {
		const batch = Array.from({ length: Math.min(AT_ONCE, count - ids.length) }, async (_, index) => {
			return (await client.queuePrompt(job(0, 1, ids.length + index))).promptId;
		});
		ids.push(...(await Promise.all(batch)));
	}
	return ids;
}

void main();
