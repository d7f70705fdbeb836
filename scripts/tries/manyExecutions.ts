import { startBeside } from '../bench/helperProcess';
import { leftOver, mib, picture, runScript, startEngine, tell, type } from './setup';

const EXECUTIONS = Number(process.argv[2] ?? 2000);
const STEPS = 5;
/** As many executions run at a time. */
const AT_A_TIME = 10;

/** Executions one after another in one process, which must not keep memory or connections. */
runScript(async () => {
	const server = await startBeside('littleServer.ts');
	const engine = await startEngine();
	const run = async (color: number) => {
		const result = await engine.run({
			nodes: [
				{
					name: 'Run',
					type: type('RunWorkflow'),
					parameters: { workflowSource: 'json', workflow: JSON.stringify(picture(color)) },
				},
			],
			credentials: { comfyUiApi: { url: server.url } },
		});
		if (!result.items('Run')[0]?.binary?.data)
			throw new Error(result.error?.message ?? 'the file is missing');
	};
	let next = 0;
	const runMany = async (count: number) => {
		const end = next + count;
		const worker = async () => {
			while (next < end) await run(next++);
		};
		await Promise.all(Array.from({ length: AT_A_TIME }, worker));
	};
	await runMany(100);
	const lines: string[] = [];
	for (let step = 0; step <= STEPS; step++) {
		const { heap, connections } = await leftOver();
		const sockets = await server.ask('sockets');
		lines.push(`after ${next} executions: ${mib(heap)}, ${connections} connections, ${sockets} WebSockets`);
		if (step < STEPS) await runMany(EXECUTIONS / STEPS);
	}
	await engine.stop();
	server.stop();
	tell(...lines);
});
