import { performance } from 'node:perf_hooks';
import { buffer } from 'node:stream/consumers';
import { ComfyUiClient } from '../../nodes/client';
import { bareScript } from './bareScript';
import { median, ms, report } from './setup';

const JOBS = 50;
const ROUNDS = 5;

/** How long the jobs took to the bytes of their files, and how long the server was busy with them, ms. */
interface Round {
	took: number;
	/** From the start of the first job to the end of the last one, as the server's history says. */
	busy: number;
	/** The part of that in which none of them ran: the server did something else, or had no job. */
	between: number;
}

type Messages = Array<[type: string, data: { timestamp?: number }]>;

/** Fifty jobs at once on a real ComfyUI, COMFYUI_URL, from their submission to the bytes of their files. */
async function main(): Promise<void> {
	const url = process.env.COMFYUI_URL;
	if (!url) throw new Error('COMFYUI_URL has to name a real ComfyUI.');
	const client = ComfyUiClient.connect({ url });
	const ours = async (prompts: Prompt[]) =>
		await Promise.all(
			prompts.map(async (prompt) => {
				const { files } = await client.run(prompt);
				return await Promise.all(files.map(async (file) => await buffer(await client.download(file))));
			}),
		);
	const bare = async (prompts: Prompt[]) => await bareScript(url, prompts);
	const rounds: Round[][] = [[], []];
	for (let round = 0; round <= ROUNDS; round++) {
		for (const [index, run] of [ours, bare].entries()) {
			const found = await measure(url, run);
			if (round > 0) rounds[index].push(found); // the first one loads code and opens sockets
		}
	}
	await client.close();
	const middle = (of: Round[]) =>
		[...of].sort((a, b) => a.took / a.busy - b.took / b.busy)[Math.floor(of.length / 2)];
	const line = (name: string, of: Round[]) => {
		const { took, busy, between } = middle(of);
		return `  ${name}: ${ms(took)}, the server was busy for ${ms(busy)}, of which ${ms(between)} between jobs: ${(took / busy).toFixed(3)} times`;
	};
	report(
		`${JOBS} jobs at once, submit to bytes (the middle of ${ROUNDS} rounds; aim: at most 1.05 times the server's busy time)`,
		line('our client', rounds[0]),
		line('a bare script', rounds[1]),
		`  our client beside the bare script: ${(median(rounds[0].map(({ took }) => took)) / median(rounds[1].map(({ took }) => took))).toFixed(3)} (medians)`,
	);
}

type Prompt = Record<string, { class_type: string; inputs: Record<string, unknown> }>;

async function measure(url: string, run: (prompts: Prompt[]) => Promise<Buffer[][]>): Promise<Round> {
	await fetch(`${url}/history`, { method: 'POST', body: '{"clear":true}' });
	const prompts = Array.from({ length: JOBS }, picture);
	const start = performance.now();
	const files = await run(prompts);
	const took = performance.now() - start;
	if (files.some(([file]) => !file?.length)) throw new Error('a job has no file');
	const history = (await (await fetch(`${url}/history`)).json()) as Record<
		string,
		{ status: { messages: Messages } }
	>;
	const at = (messages: Messages, wanted: string) =>
		messages.find(([type]) => type === wanted)?.[1].timestamp ?? Number.NaN;
	const spans = Object.values(history).map(({ status: { messages } }) => ({
		start: at(messages, 'execution_start'),
		end: at(messages, 'execution_success'),
	}));
	if (spans.length !== JOBS) throw new Error(`The history has ${spans.length} jobs.`);
	const busy = Math.max(...spans.map(({ end }) => end)) - Math.min(...spans.map((span) => span.start));
	const running = spans.reduce((sum, span) => sum + span.end - span.start, 0);
	return { took, busy, between: busy - running };
}

let color = Math.floor(Math.random() * 0xffffff);

/** Another picture each time, as the server runs only what is new. */
function picture(): Prompt {
	color = (color + 1) % 0xffffff;
	return {
		1: { class_type: 'EmptyImage', inputs: { width: 512, height: 512, batch_size: 1, color } },
		2: { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'bench' } },
	};
}

void main();
