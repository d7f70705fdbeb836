import { bareScript } from './bareScript';
import { startBeside } from './helperProcess';
import { job, ms, processorTime, report, startEngine, type } from './setup';

const ITEMS = 500;
const SECONDS = 0.01;

/**
 * Processor time of n8n's process for each item of Run Workflow, beside that of a bare script for the same jobs. The
 * server runs in another process, and no timer samples anything meanwhile.
 */
async function main(): Promise<void> {
	const server = await startBeside('littleServer.ts');
	const engine = await startEngine();
	const workflow = JSON.stringify(job(SECONDS));
	const throughNodes = async (count: number) => {
		const result = await engine.run({
			nodes: [{ name: 'Run', type: type('RunWorkflow'), parameters: { workflowSource: 'json', workflow } }],
			credentials: { comfyUiApi: { url: server.url } },
			input: Array.from({ length: count }, (_, index) => ({ json: { index } })),
		});
		const made = result.items('Run').filter(({ binary }) => binary?.data);
		if (made.length !== count) throw new Error(result.error?.message ?? 'files are missing');
	};
	const bare = async (count: number) => {
		const files = await bareScript(
			server.url,
			Array.from({ length: count }, () => withSeed()),
		);
		if (files.some(({ length }) => length !== 1)) throw new Error('files are missing');
	};
	for (let round = 0; round < 3; round++) await throughNodes(20).then(async () => await bare(20));
	const busyBefore = await server.ask('busy');
	const ours = await processorTime(async () => await throughNodes(ITEMS));
	const busy = (await server.ask('busy')) - busyBefore;
	const theirs = await processorTime(async () => await bare(ITEMS));
	await engine.stop();
	server.stop();
	report(
		`${ITEMS} items of Run Workflow in n8n's engine: ${ms(ours / ITEMS)} of processor time each, bare script: ${ms(theirs / ITEMS)}`,
		`ratio: ${(ours / theirs).toFixed(2)}; the server was busy for ${ms(busy / ITEMS)} with each`,
	);
}

/** The server runs only what differs from earlier jobs. */
let seed = 1_000_000;
function withSeed(): Record<string, unknown> {
	const prompt = job(SECONDS) as Record<number, { inputs: Record<string, unknown> }>;
	prompt[2].inputs.seed = ++seed;
	return prompt;
}

void main();
