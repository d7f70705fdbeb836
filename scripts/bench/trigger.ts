import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ComfyUiClient, type WatchCursor, type WatchEvent } from '../../nodes/client';
import { LittleComfyUi } from '../../test/server';
import { startBeside } from './helperProcess';
import { median, memoryGrowth, mib, ms, report, startEngine, type } from './setup';

const ROUNDS = 30;
const HISTORY = 10_000;
const NEW_JOBS = 20;
const MISSED = 1_000;

/** From the last event of a job of another client to the start of the execution; and what a long history costs. */
async function main(): Promise<void> {
	report(await delays(), ...(await longHistory()));
}

/** A picture of another colour for each number, so that no job is cached. */
function tiny(index: number): Record<string, { class_type: string; inputs: Record<string, unknown> }> {
	return {
		1: { class_type: 'EmptyImage', inputs: { width: 16, height: 16, batch_size: 1, color: index } },
		2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'bench' } },
	};
}

async function delays(): Promise<string> {
	const server = await LittleComfyUi.start();
	const engine = await startEngine();
	const activation = await engine.activate({
		nodes: [{ name: 'Trigger', type: type('Trigger') }],
		credentials: { comfyUiApi: { url: server.url } },
	});
	let lastEventAt = 0;
	server.faults.muteEvents(({ type: name, data }) => {
		const { status } = data as { status?: { exec_info?: { queue_remaining?: number } } };
		if (name === 'status' && status?.exec_info?.queue_remaining === 0) lastEventAt = performance.now();
		return false; // only watches
	});
	const { executions } = activation;
	const found: number[] = [];
	for (let round = 0; round < ROUNDS + 3; round++) {
		const started = new Promise<number>((resolve) => {
			executions.push = (...items) => {
				resolve(performance.now());
				return Array.prototype.push.apply(executions, items);
			};
		});
		await server.submit(tiny(round), { clientId: 'somebody' });
		const took = (await started) - lastEventAt;
		if (round >= 3) found.push(took); // warm-up
		await sleep(20);
	}
	await activation.close();
	await engine.stop();
	await server.stop();
	return `from the last event of a job to n8n's emit: ${ms(median(found))} (median of ${ROUNDS}; aim: at most 100 ms)`;
}

async function longHistory(): Promise<string[]> {
	const server = await startBeside('littleServer.ts');
	const client = ComfyUiClient.connect({ url: server.url });
	let color = 0;
	const run = async (count: number) => {
		for (let left = count; left > 0; left--) await client.queuePrompt(tiny(++color), { events: false });
		while ((await client.getQueue()).length > 0) await sleep(20);
	};
	await run(HISTORY);
	let cursor: WatchCursor | undefined;
	const watch = async (expected: number, work: () => Promise<void>) => {
		const stop = new AbortController();
		const seen: string[] = [];
		let begin = () => {};
		const begun = new Promise<void>((resolve) => (begin = resolve));
		const onEvent = (event: WatchEvent) => {
			seen.push(event.id);
			if (seen.length >= expected) stop.abort();
		};
		const onCursor = (moved: WatchCursor) => {
			cursor = moved;
			begin();
		};
		const before = await server.ask('requests');
		const watching = client.watchJobs({
			since: cursor,
			events: ['finished'],
			signal: stop.signal,
			onEvent,
			onCursor,
		});
		await Promise.race([begun, watching]);
		const atBegin = await server.ask('requests');
		await work();
		await watching;
		if (new Set(seen).size !== expected) throw new Error(`${seen.length} events instead of ${expected}`);
		return { begin: atBegin - before, all: (await server.ask('requests')) - before };
	};
	let submitted = 0;
	const live = await watch(NEW_JOBS, async () => {
		for (let index = 0; index < NEW_JOBS; index++) {
			await client.queuePrompt(tiny(++color), { events: false });
			submitted += 1;
			await sleep(100);
		}
	});
	await run(MISSED);
	let missed = { begin: 0, all: 0 };
	const growth = await memoryGrowth(async () => {
		missed = await watch(MISSED, async () => {});
	});
	await client.close();
	server.stop();
	return [
		`with ${HISTORY} jobs in the history: ${live.begin} requests to begin, ${((live.all - live.begin - submitted) / NEW_JOBS).toFixed(2)} per new job`,
		`${MISSED} jobs of a time without a watch: ${(missed.all / MISSED).toFixed(2)} requests per job, memory grew by ${mib(growth)}`,
	];
}

void main();
