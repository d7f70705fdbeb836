import { performance } from 'node:perf_hooks';
import { LittleComfyUi } from '../../test/server';
import { job, ms, report, startEngine, type } from './setup';

const JOBS = 100;

/** A hundred short jobs through Queue Prompt and Wait For Completion against the time the server itself was busy. */
async function main(): Promise<void> {
	const server = await LittleComfyUi.start();
	const engine = await startEngine();
	const run = async (count: number) =>
		await engine.run({
			nodes: [
				{
					name: 'Queue',
					type: type('QueuePrompt'),
					parameters: { workflowSource: 'json', workflow: JSON.stringify(job(0.1)) },
				},
				{ name: 'Wait', type: type('WaitForCompletion') },
			],
			credentials: { comfyUiApi: { url: server.url } },
			input: Array.from({ length: count }, (_, index) => ({ json: { index } })),
		});
	await run(2);
	const busyBefore = server.busyMs;
	const requestsBefore = server.requests.length;
	const start = performance.now();
	const result = await run(JOBS);
	const took = performance.now() - start;
	const busy = server.busyMs - busyBefore;
	const requests = server.requests.length - requestsBefore;
	if (result.items('Wait').length !== JOBS) throw new Error(result.error?.message ?? 'jobs are missing');
	await engine.stop();
	await server.stop();
	report(
		`${JOBS} jobs: ${ms(took)} in n8n's engine, the server was busy for ${ms(busy)}`,
		`ratio: ${(took / busy).toFixed(3)} (aim: at most 1.05)`,
		`requests per job: ${(requests / JOBS).toFixed(2)}`,
	);
}

void main();
