import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { buffer } from 'node:stream/consumers';
import { ComfyUiClient } from '../../nodes/client';
import { loadBuiltPackage } from '../../test/support/builtPackage';
import { Engine, type RunRequest } from '../../test/support/engine';
import { bareScript } from './bareScript';
import { startBeside, type Beside } from './helperProcess';
import { job, median, ms, report, type } from './setup';

const root = path.resolve(__dirname, '../..');
const NODE = 'n8n-nodes-comfyui-image-to-image';
const SDK = '@saintno/comfyui-sdk';
const ALONE = 3;
const AT_ONCE = 50;
/** Of each job on the server. */
const SECONDS = 0.1;

type Prompt = Record<string, { class_type: string; inputs: Record<string, unknown> }>;

/** One way to run jobs to their files. */
interface Contender {
	name: string;
	/** Runs jobs at once. @throws when a job has no file */
	run(prompts: Prompt[]): Promise<unknown>;
	stop?(): Promise<unknown> | void;
}

interface Finding {
	/** One job alone, ms. */
	latency: number;
	/** All jobs at once, ms. */
	together: number;
	/** Requests of each job of those. */
	requests: number;
}

/**
 * Other public packages through the same jobs as ours: one job alone, and fifty at once, each from its workflow to the
 * bytes of its file. They are installed from npm into a temporary folder.
 */
async function main(): Promise<void> {
	const folder = mkdtempSync(path.join(tmpdir(), 'peers-'));
	const server = await startBeside('littleServer.ts');
	// The node of the other package logs every step.
	const { log, error } = console;
	Object.assign(console, { log: () => undefined, error: () => undefined });
	try {
		const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--ignore-scripts', NODE, SDK];
		execFileSync('npm', [...args, '--legacy-peer-deps'], { stdio: 'ignore' });
		// n8n gives its nodes this package.
		symlinkSync(path.join(root, 'node_modules/n8n-workflow'), path.join(folder, 'node_modules/n8n-workflow'));
		const picture = readFileSync(path.join(root, 'test/fixtures/picture.png'));
		const engine = await Engine.start(withPeer(folder));
		const lines = [
			...(await compare(server, nodesOf(engine, server.url, picture), 'nodes')),
			...(await compare(server, librariesOf(server.url, folder), 'libraries')),
		];
		await engine.stop();
		report(...lines);
	} finally {
		Object.assign(console, { log, error });
		server.stop();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Our package and the other one in one engine. */
function withPeer(folder: string): Parameters<typeof Engine.start>[0] {
	const [ours, theirs] = [loadBuiltPackage(), loadBuiltPackage(path.join(folder, 'node_modules', NODE))];
	return {
		nodeTypes: { ...ours.nodeTypes, ...theirs.nodeTypes },
		credentialTypes: { ...ours.credentialTypes, ...theirs.credentialTypes },
		binaryMode: 'filesystem',
	};
}

/** Nodes of n8n. The other node runs one job an execution, and uploads a picture for each. */
function nodesOf(engine: Engine, url: string, picture: Buffer): Contender[] {
	const binary = { data: { data: picture, fileName: 'picture.png', mimeType: 'image/png' } };
	const runAll = async (requests: RunRequest[], file: (one: { binary?: object }) => boolean) => {
		const results = await Promise.all(requests.map(async (request) => await engine.run(request)));
		for (const result of results) {
			const items = result.items('Run');
			if (result.error || items.length === 0 || !items.every(file)) throw result.error ?? noFile();
		}
	};
	const hasFile = (item: { binary?: object }) => Object.keys(item.binary ?? {}).length > 0;
	return [
		{
			name: 'Run Workflow, all items in one execution',
			run: async (prompts) => {
				const run = {
					name: 'Run',
					type: type('RunWorkflow'),
					parameters: { workflowSource: 'json', workflow: '={{ $json.workflow }}' },
				};
				const input = prompts.map((prompt) => ({ json: { workflow: JSON.stringify(prompt) } }));
				await runAll([{ nodes: [run], credentials: { comfyUiApi: { url } }, input }], hasFile);
			},
		},
		{
			name: NODE,
			run: async (prompts) => {
				const requests = prompts.map((prompt) => ({
					nodes: [
						{
							name: 'Run',
							type: `${NODE}.comfyuiImageToImage`,
							parameters: {
								workflow: JSON.stringify({ ...prompt, 9: { class_type: 'LoadImage', inputs: {} } }),
								inputType: 'binary',
								imageNodeId: '9',
							},
						},
					],
					credentials: { comfyUIApi: { apiUrl: url, apiKey: '' } },
					input: [{ json: {}, binary }],
				}));
				await runAll(requests, hasFile);
			},
		},
	];
}

/** Libraries, and a script without one. */
function librariesOf(url: string, folder: string): Contender[] {
	const client = ComfyUiClient.connect({ url });
	const sdk = createRequire(path.join(folder, 'index.js'))(SDK) as Sdk;
	const api = new sdk.ComfyApi(url).init();
	return [
		{
			name: 'our client',
			run: async (prompts) => {
				const sizes = await Promise.all(
					prompts.map(async (prompt) => {
						const { files } = await client.run(prompt);
						return await Promise.all(
							files.map(async (file) => (await buffer(await client.download(file))).length),
						);
					}),
				);
				if (sizes.some(([size]) => !size)) throw noFile();
			},
			stop: async () => await client.close(),
		},
		{
			name: SDK,
			run: async (prompts) => {
				await api.waitForReady();
				const sizes = await Promise.all(
					prompts.map(async (prompt) => {
						const job = new sdk.PromptBuilder(prompt, [], ['files']).setOutputNode('files', '3');
						const result = await new sdk.CallWrapper(api, job).run();
						if (!result) throw noFile();
						const images = result.files?.images ?? [];
						return await Promise.all(images.map(async (image) => (await api.getImage(image)).size));
					}),
				);
				if (sizes.some(([size]) => !size)) throw noFile();
			},
			stop: () => api.destroy(),
		},
		{
			name: 'a bare script',
			run: async (prompts) => {
				const files = await bareScript(url, prompts);
				if (files.some(([file]) => !file?.length)) throw noFile();
			},
		},
	];
}

/** What is used of the other library. */
interface Sdk {
	ComfyApi: new (url: string) => SdkApi;
	PromptBuilder: new (prompt: Prompt, inputs: string[], outputs: string[]) => SdkBuilder;
	CallWrapper: new (api: SdkApi, builder: SdkBuilder) => { run(): Promise<false | SdkOutput> };
}

interface SdkApi {
	init(): SdkApi;
	waitForReady(): Promise<unknown>;
	getImage(image: unknown): Promise<Blob>;
	destroy(): void;
}

interface SdkBuilder {
	setOutputNode(name: string, nodeId: string): SdkBuilder;
}

interface SdkOutput {
	files?: { images?: unknown[] };
}

/** Runs the same jobs through each, and sets the first beside the others. */
async function compare(server: Beside, contenders: Contender[], kind: string): Promise<string[]> {
	const found: Finding[] = [];
	for (const { run, stop } of contenders) {
		await run(jobs(1)); // loads code, opens the socket
		const alone: number[] = [];
		for (let round = 0; round < ALONE; round++) alone.push(await time(async () => await run(jobs(1))));
		const before = await server.ask('requests');
		const together = await time(async () => await run(jobs(AT_ONCE)));
		const requests = ((await server.ask('requests')) - before) / AT_ONCE;
		found.push({ latency: median(alone), together, requests });
		await stop?.();
	}
	const [ours] = found;
	return [
		`${kind}: one job of ${SECONDS * 1000} ms (median of ${ALONE}), ${AT_ONCE} jobs at once, requests per job of those`,
		...found.map(({ latency, together, requests }, index) => {
			const ratios = [latency / ours.latency, together / ours.together, requests / ours.requests];
			const beside = ratios.map((ratio) => ratio.toFixed(2)).join(', ');
			return `  ${contenders[index].name}: ${ms(latency)}, ${ms(together)}, ${requests.toFixed(2)}; times ours: ${beside}`;
		}),
	];
}

async function time(work: () => Promise<unknown>): Promise<number> {
	const start = performance.now();
	await work();
	return performance.now() - start;
}

/** Jobs of which none is like an earlier one: the server runs only what is new. */
function jobs(count: number): Prompt[] {
	return Array.from({ length: count }, () => {
		const prompt = job(SECONDS) as Prompt;
		prompt[2].inputs.seed = ++lastSeed;
		return prompt;
	});
}

let lastSeed = 0;

const noFile = () => new Error('a job has no file');

void main();
