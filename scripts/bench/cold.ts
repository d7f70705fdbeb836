import { startBeside } from './helperProcess';
import { job, median, ms, report, showStall, startEngine, timed, type, type Timed } from './setup';

const TYPES = 5000;
const ROUNDS = 9;
const MANY = 100;

/**
 * The first run of a workflow on a server with thousands of node types against the runs after it, and how long the
 * nodes block n8n's event loop at most.
 */
async function main(): Promise<void> {
	const engine = await startEngine();
	const run = async (url: string, items = 1) => {
		const result = await engine.run({
			nodes: [
				{
					name: 'Run',
					type: type('RunWorkflow'),
					parameters: { workflowSource: 'json', workflow: JSON.stringify(job(0)) },
				},
			],
			credentials: { comfyUiApi: { url } },
			input: Array.from({ length: items }, (_, index) => ({ json: { index } })),
		});
		if (result.error) throw result.error;
	};

	const small = await startBeside('littleServer.ts');
	for (let round = 0; round < 3; round++) await run(small.url); // loads the code of the nodes
	small.stop();
	const server = await startBeside('littleServer.ts', String(TYPES));
	// An address of its own for each first run: the cache of the nodes knows a server by its address.
	const [cold, warm] = [[], []] as Timed[][];
	for (let round = 0; round < ROUNDS; round++) {
		const url = `${server.url}/?round=${round}`;
		cold.push(await timed(async () => await run(url)));
		warm.push(await timed(async () => await run(url)));
	}
	const [lists, many] = [[], []] as Timed[][];
	for (let round = 0; round < ROUNDS; round++) {
		const search = {
			nodeType: type('ObjectInfo'),
			method: 'searchNodeTypes',
			filter: 'sampler',
			credentials: { comfyUiApi: { url: `${server.url}/?list=${round}` } },
		};
		lists.push(await timed(async () => await engine.listSearch(search)));
		many.push(await timed(async () => await run(server.url, MANY)));
	}
	await engine.stop();
	server.stop();
	const [first, later, list] = [cold, warm, lists].map((runs) => median(runs.map(({ took }) => took)));
	report(
		`first run on a server with ${TYPES} node types: ${ms(first)}, the run after it: ${ms(later)} (medians of ${ROUNDS})`,
		`  ratio: ${(first / later).toFixed(2)} (aim: at most 1.3); longest stall of the event loop: ${showStall(middle(cold))} (aim: at most 20 ms)`,
		`first list of all node types: ${ms(list)}; longest stall: ${showStall(middle(lists))} (aim: at most 20 ms)`,
		`${MANY} items: longest stall: ${showStall(middle(many))} (aim: at most 20 ms)`,
	);
}

/** The medians of the longest stalls. */
function middle(runs: Timed[]): Pick<Timed, 'stall' | 'busyStall'> {
	return {
		stall: median(runs.map(({ stall }) => stall)),
		busyStall: median(runs.map(({ busyStall }) => busyStall)),
	};
}

void main();
