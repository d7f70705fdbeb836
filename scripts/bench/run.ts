import { startBeside } from './helperProcess';
import { job, memoryGrowth, mib, ms, report, showStall, startEngine, timed, type } from './setup';

/** Two hundred jobs of 0.1 s are pictures as usual; two thousand of 10 ms show what an item costs. */
const ROUNDS = [
	{ items: 200, seconds: 0.1, aim: 1.05 },
	{ items: 2000, seconds: 0.01, aim: 1.1 },
];

/** Items through Run Workflow, their files fetched, against the time that the server itself was busy. */
async function main(): Promise<void> {
	const server = await startBeside('littleServer.ts');
	const engine = await startEngine();
	const run = async (count: number, seconds: number) => {
		const workflow = JSON.stringify(job(seconds));
		const result = await engine.run({
			nodes: [{ name: 'Run', type: type('RunWorkflow'), parameters: { workflowSource: 'json', workflow } }],
			credentials: { comfyUiApi: { url: server.url } },
			input: Array.from({ length: count }, (_, index) => ({ json: { index } })),
		});
		const made = result.items('Run').filter(({ binary }) => binary?.data);
		if (made.length !== count) throw new Error(result.error?.message ?? 'files are missing');
	};
	for (let round = 0; round < 3; round++) await run(5, 0.1);
	const lines: string[] = [];
	for (const { items, seconds, aim } of ROUNDS) {
		const [busyBefore, requestsBefore] = [await server.ask('busy'), await server.ask('requests')];
		let growth = 0;
		const { took, ...stall } = await timed(async () => {
			growth = await memoryGrowth(async () => await run(items, seconds));
		});
		const busy = (await server.ask('busy')) - busyBefore;
		const requests = (await server.ask('requests')) - requestsBefore;
		lines.push(
			`${items} items: ${ms(took)} in n8n's engine, the server was busy for ${ms(busy)}`,
			`  ratio: ${(took / busy).toFixed(3)} (aim: at most ${aim}), ${(requests / items).toFixed(2)} requests per item`,
			`  longest stall of the event loop: ${showStall(stall)}`,
			`  memory grew by ${mib(growth)}, what is not collected yet included`,
		);
	}
	await engine.stop();
	server.stop();
	report(...lines);
}

void main();
