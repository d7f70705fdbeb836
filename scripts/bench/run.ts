import { performance } from 'node:perf_hooks';
import { startBeside } from './helperProcess';
import { job, memoryGrowth, mib, ms, report, startEngine, type } from './setup';

const ITEMS = 200;

/** Two hundred items through Run Workflow, their files fetched, against the time the server itself was busy. */
async function main(): Promise<void> {
	const server = await startBeside('littleServer.ts');
	const engine = await startEngine();
	const run = async (count: number) => {
		const result = await engine.run({
			nodes: [{ name: 'Run', type: type('RunWorkflow'), parameters: { workflow: JSON.stringify(job(0.1)) } }],
			credentials: { comfyUiApi: { url: server.url } },
			input: Array.from({ length: count }, (_, index) => ({ json: { index } })),
		});
		const made = result.items('Run').filter(({ binary }) => binary?.data);
		if (made.length !== count) throw new Error(result.error?.message ?? 'files are missing');
	};
	for (let round = 0; round < 3; round++) await run(5);
	const busyBefore = Number(await server.ask('busy'));
	const requestsBefore = Number(await server.ask('requests'));
	const start = performance.now();
	const growth = await memoryGrowth(async () => await run(ITEMS));
	const took = performance.now() - start;
	const busy = Number(await server.ask('busy')) - busyBefore;
	const requests = Number(await server.ask('requests')) - requestsBefore;
	await engine.stop();
	server.stop();
	report(
		`${ITEMS} items: ${ms(took)} in n8n's engine, the server was busy for ${ms(busy)}`,
		`ratio: ${(took / busy).toFixed(3)} (aim: at most 1.05)`,
		`requests per item: ${(requests / ITEMS).toFixed(2)}`,
		`memory grew by ${mib(growth)} (aim: at most 64 MiB)`,
	);
}

void main();
