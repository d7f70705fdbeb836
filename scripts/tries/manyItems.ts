import { startBeside } from '../bench/helperProcess';
import { connections, leftOver, mib, peakOf, picture, runScript, startEngine, tell, type } from './setup';

const ITEMS = Number(process.argv[2] ?? 5000);

/** Thousands of items through one ComfyUI node, their files fetched: memory, and open connections. */
runScript(async () => {
	const server = await startBeside('littleServer.ts');
	const engine = await startEngine();
	const run = async (count: number) => {
		const workflow = JSON.stringify(picture(0)).replace('"color":0', '"color":{{ $json.index }}');
		const result = await engine.run({
			nodes: [
				{
					name: 'Run',
					type: type('RunWorkflow'),
					parameters: { workflowSource: 'json', workflow: `=${workflow}` },
				},
			],
			credentials: { comfyUiApi: { url: server.url } },
			input: Array.from({ length: count }, (_, index) => ({ json: { index } })),
		});
		const made = result.items('Run').filter(({ binary }) => binary?.data);
		if (made.length !== count) throw new Error(result.error?.message ?? `${made.length} files of ${count}`);
		const misplaced = made.filter(({ pairedItem }, index) => (pairedItem as { item: number }).item !== index);
		if (misplaced.length > 0) throw new Error(`${misplaced.length} items are out of order`);
	};
	await run(100);
	const before = await leftOver();
	let heap = 0;
	const sockets = await peakOf(
		() => {
			heap = Math.max(heap, process.memoryUsage().heapUsed);
			return connections();
		},
		async () => await run(ITEMS),
	);
	const after = await leftOver();
	const open = await server.ask('sockets');
	await engine.stop();
	server.stop();
	tell(
		`${ITEMS} items: ${ITEMS} files, in the order of the items`,
		`heap: at most ${mib(heap)}; after a garbage collection ${mib(before.heap)} before, ${mib(after.heap)} afterwards`,
		`connections: at most ${sockets}; ${after.connections} afterwards, ${open} WebSockets at the server`,
	);
});
