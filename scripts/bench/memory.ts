import type { IDataObject } from 'n8n-workflow';
import { startBeside } from './helperProcess';
import { heldGrowth, job, mib, ms, report, startEngine, timed, type } from './setup';

/** Two thousand jobs wait at once; with twenty thousand the results of n8n are most of the memory. */
const ROUNDS = [
	{ items: 2_000, aim: 60 },
	{ items: 20_000, aim: 120 },
];
const SECONDS = 0.001;

/**
 * The memory that is held while many items go through Run Workflow and their files are fetched, less what the same items
 * cost n8n itself: as many copies of one of them through a no-op. What V8 has not collected yet is left out: how much that
 * is depends on the memory of the machine.
 */
async function main(): Promise<void> {
	const server = await startBeside('littleServer.ts');
	const engine = await startEngine();
	const run = async (count: number) => {
		const result = await engine.run({
			nodes: [
				{
					name: 'Run',
					type: type('RunWorkflow'),
					parameters: { workflowSource: 'json', workflow: JSON.stringify(job(SECONDS)) },
				},
			],
			credentials: { comfyUiApi: { url: server.url } },
			input: Array.from({ length: count }, (_, index) => ({ json: { index } })),
		});
		const made = result.items('Run').filter(({ binary }) => binary?.data);
		if (made.length !== count) throw new Error(result.error?.message ?? 'files are missing');
		return made;
	};
	const pass = async (count: number, json: string) => {
		const input = Array.from({ length: count }, () => ({
			json: JSON.parse(json) as IDataObject,
		}));
		return await engine.run({ nodes: [{ name: 'After', type: 'test.noOp' }], input });
	};
	for (let round = 0; round < 3; round++) await run(20);
	const [one] = await run(1);
	const lines: string[] = [];
	for (const { items, aim } of ROUNDS) {
		const { growth: ofN8n } = await heldGrowth(async () => await pass(items, JSON.stringify(one)));
		let growth = 0;
		const { took } = await timed(async () => {
			({ growth } = await heldGrowth(async () => await run(items)));
		});
		lines.push(
			`${items} items in ${ms(took)}: ${mib(growth)} held at most, of which n8n needs ${mib(ofN8n)} for the items`,
			`  the rest: ${mib(growth - ofN8n)} (aim: at most ${aim} MiB)`,
		);
	}
	await engine.stop();
	server.stop();
	report(...lines);
}

void main();
