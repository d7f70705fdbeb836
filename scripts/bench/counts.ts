import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ComfyUiClient, toApiFormat } from '../../nodes/client';
import type { RunRequest } from '../../test/support/engine';
import { allocated, heldMemory } from './heap';
import { bigWorkflows } from './editorWorkflow';
import { startBeside, type Beside } from './helperProcess';
import { job, startEngine, type } from './setup';

/** What is counted, not timed: the speed of the machine has no part in it. */
export type Counts = Record<string, number>;

const ITEMS = 40;
const JOBS = 40;
const WAITS = 1000;
const CONVERSIONS = 10;
const root = path.resolve(__dirname, '../..');

/** Counts requests, sockets, memory, files and bytes. Needs a build. */
export async function count(): Promise<Counts> {
	return {
		...(await countItems()),
		...(await countWaits()),
		...(await countConversion()),
		...countFiles(),
	};
}

/** Requests of the first run on a server, and of each item and job after it, and what an item allocates, n8n's part included. */
async function countItems(): Promise<Counts> {
	const server = await startBeside('littleServer.ts');
	const engine = await startEngine();
	const parameters = { workflowSource: 'json', workflow: JSON.stringify(job(0.01)) };
	const requests = async (nodes: RunRequest['nodes'], items: number) => {
		const before = await server.ask('requests');
		const result = await engine.run({
			nodes,
			credentials: { comfyUiApi: { url: server.url } },
			input: Array.from({ length: items }, (_, index) => ({ json: { index } })),
		});
		if (result.error) throw result.error;
		return (await server.ask('requests')) - before;
	};
	const run = [{ name: 'Run', type: type('RunWorkflow'), parameters }];
	const queueAndWait = [
		{ name: 'Queue', type: type('QueuePrompt'), parameters },
		{ name: 'Wait', type: type('WaitForCompletion') },
	];
	const first = await requests(run, 1);
	const perItem = (await requests(run, ITEMS)) / ITEMS;
	const perJob = (await requests(queueAndWait, JOBS)) / JOBS;
	const bytes = await allocated(async () => await requests(run, ITEMS));
	await engine.stop();
	server.stop();
	return {
		'requests of the first run on a server': first,
		'requests per item of Run Workflow': perItem,
		'requests per job of Queue Prompt and Wait For Completion': perJob,
		'kB allocated per item of Run Workflow': Math.round(bytes / ITEMS / 1000),
	};
}

/** What one client needs while it waits for many jobs: sockets that stay open, and memory. */
async function countWaits(): Promise<Counts> {
	const server = await startBeside('littleServer.ts');
	const client = ComfyUiClient.connect({ url: server.url });
	const jobs = Array.from({ length: WAITS }, (_, index) => job(index === 0 ? 60 : 0, 1, index));
	const queued = await Promise.all(jobs.map(async (one) => await client.queuePrompt(one)));
	const before = heldMemory();
	const stop = new AbortController();
	const waits = queued.map(
		async ({ promptId }) => await client.waitForCompletion(promptId, { signal: stop.signal }),
	);
	const all = Promise.allSettled(waits);
	const sockets = await settled(server, 'sockets');
	const held = heldMemory() - before;
	stop.abort();
	await all;
	await client.close();
	server.stop();
	return {
		[`sockets for ${WAITS} jobs awaited at once`]: sockets,
		'kB held for each of them': Number((held / WAITS / 1000).toFixed(1)),
	};
}

/** A number of the server, as soon as it is above 0 and the same for a second. */
async function settled(server: Beside, question: string): Promise<number> {
	for (let last = 0, same = 0; ; ) {
		const found = await server.ask(question);
		same = found === last && found > 0 ? same + 1 : 0;
		if (same === 10) return found;
		last = found;
		await sleep(100);
	}
}

/** What the conversion of a workflow as long as the largest template allocates. */
async function countConversion(): Promise<Counts> {
	const { most, objectInfo } = bigWorkflows();
	const convert = () => {
		for (let round = 0; round < CONVERSIONS; round++) toApiFormat(most.text, objectInfo);
	};
	convert();
	const kilobytes = Math.round((await allocated(convert)) / CONVERSIONS / 1000);
	return { 'kB allocated for the longest conversion': kilobytes };
}

/** What users download. */
function countFiles(): Counts {
	const answer = execFileSync('npm', ['pack', '--dry-run', '--json'], {
		cwd: root,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	});
	const [pack] = JSON.parse(answer) as Array<{ size: number; entryCount: number }>;
	return { 'files in the package': pack.entryCount, 'kB of the package': Math.round(pack.size / 1000) };
}
