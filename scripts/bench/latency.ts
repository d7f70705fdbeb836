import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { WebSocket } from 'ws';
import { LittleComfyUi } from '../../test/server';
import type { Engine } from '../../test/support/engine';
import { job, median, ms, report, startEngine, type } from './setup';

const ROUNDS = 30;

/** From the server's last event to the result: our nodes against a bare ws script. */
async function main(): Promise<void> {
	const server = await LittleComfyUi.start();
	const engine = await startEngine();
	let lastEventAt = 0;
	server.faults.muteEvents(({ type: name, data }) => {
		if (name === 'executing' && (data as { node?: unknown }).node === null) lastEventAt = performance.now();
		return false; // only watches
	});
	const bare: number[] = [];
	const nodes: number[] = [];
	for (let round = 0; round < ROUNDS + 3; round++) {
		const bareEnd = await bareScript(server.url, round);
		const bareTook = bareEnd - lastEventAt;
		const nodesEnd = await throughNodes(engine, server.url);
		if (round < 3) continue; // warm-up
		bare.push(bareTook);
		nodes.push(nodesEnd - lastEventAt);
	}
	await engine.stop();
	await server.stop();
	const [theirs, ours] = [median(bare), median(nodes)];
	report(
		`bare ws script: ${ms(theirs)}, Wait For Completion in n8n's engine: ${ms(ours)} (medians of ${ROUNDS})`,
		`difference: ${ms(ours - theirs)} (aim: within 10 ms)`,
	);
}

/** What a script would do: socket, POST, wait for the last event, read the history. */
async function bareScript(url: string, seed: number): Promise<number> {
	const clientId = randomUUID();
	const socket = new WebSocket(`${url.replace('http', 'ws')}/ws?clientId=${clientId}`);
	return await new Promise((resolve) => {
		let promptId = '';
		socket.on('message', async (data, binary) => {
			if (binary) return;
			const message = JSON.parse(String(data)) as { type: string; data: { sid?: string; node?: unknown } };
			if (message.type === 'status' && message.data.sid) {
				const prompt = job(0.1);
				(prompt[2] as { inputs: { seed: number } }).inputs.seed = 1_000_000 + seed;
				const body = JSON.stringify({ prompt, client_id: clientId });
				const answer = await fetch(`${url}/prompt`, { method: 'POST', body });
				promptId = ((await answer.json()) as { prompt_id: string }).prompt_id;
			}
			if (message.type === 'executing' && message.data.node === null) {
				await (await fetch(`${url}/history/${promptId}`)).json();
				socket.close();
				resolve(performance.now());
			}
		});
	});
}

async function throughNodes(engine: Engine, url: string): Promise<number> {
	let end = 0;
	const run = await engine.run({
		nodes: [
			{
				name: 'Queue',
				type: type('QueuePrompt'),
				parameters: { workflowSource: 'json', workflow: JSON.stringify(job(0.1)) },
			},
			{ name: 'Wait', type: type('WaitForCompletion') },
			{ name: 'After', type: 'test.noOp' },
		],
		credentials: { comfyUiApi: { url } },
		onNode: (name) => {
			if (name === 'After') end = performance.now();
		},
	});
	if (run.status !== 'success') throw new Error(run.error?.message);
	return end;
}

void main();
