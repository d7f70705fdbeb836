import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Gallery } from '../../gallery/support/Gallery';
import { sentJobs } from '../../nodes/support/sent';
import type { LittleComfyUi } from '../../server';
import { helper } from './helper';
import { allNodes, coreNodes } from './TestFlow';

/** The flows of the gallery for Node-RED with their nodes, against the little ComfyUI. Only the request to the chat is a double. */
const folder = path.resolve(__dirname, '../../../packages/node-red/examples/Gallery');
export const examples = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
export const photo = readFileSync(path.resolve(__dirname, '../../fixtures/picture.png'));

export interface ExampleNode {
	id: string;
	type: string;
	[member: string]: unknown;
}

export const read = (name: string) =>
	JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8')) as ExampleNode[];

/** What a test plays with: the flow is deployed, its environment names the folder of the test. */
export interface Stage {
	comfy: LittleComfyUi;
	/** Path of a file in the folder of the test. */
	file(name: string): string;
	files(): string[];
	press(id: string): void;
	/** Asks an HTTP In node of the flow. */
	ask(route: string, body?: URLSearchParams | FormData): Promise<Response>;
	/** What the chat was told, in place of which a double stands. */
	told: string[];
	/** The prompts that reached ComfyUI. */
	jobs(): Array<Record<string, { inputs: Record<string, unknown> }>>;
}

export interface Setting {
	/** The environment of the flow, as a user edits it. */
	env?: Record<string, string>;
	/** Where ComfyUI is. Default: the server of the test. */
	url?: string;
}

export const OFF = { url: 'http://127.0.0.1:9' };

export async function onExample(name: string, play: (stage: Stage) => Promise<void>, setting: Setting = {}) {
	const comfy = await Gallery.comfyUi();
	const home = mkdtempSync(path.join(tmpdir(), 'node-red-gallery-'));
	const file = (filename: string) => path.join(home, filename);
	writeFileSync(file('photo.png'), photo);
	const env: Record<string, string> = {
		FOLDER: home,
		PHOTO: file('photo.png'),
		LIST: file('list.csv'),
		...setting.env,
	};
	const flow = read(name).map((node) => asDeployed(node, env, setting.url ?? comfy.url));
	await new Promise<void>((resolve) => helper.startServer(() => resolve()));
	let app: RequestListener | undefined;
	const noteApp = (red: { httpNode: RequestListener }) => void (app = red.httpNode);
	await helper.load([noteApp, ...allNodes, ...coreNodes(CORE)], flow, {});
	const web = createServer(app).listen(0, '127.0.0.1');
	await once(web, 'listening');
	const address = `http://127.0.0.1:${(web.address() as AddressInfo).port}`;
	const told: string[] = [];
	helper.getNode('gpu-chat')?.on('input', ({ payload }) => told.push((payload as { text: string }).text));
	try {
		await play({
			comfy,
			told,
			file,
			files: () => readdirSync(home),
			press: (id) => helper.getNode(id)?.receive({}),
			ask: async (route, body) => await fetch(address + route, body && { method: 'POST', body }),
			jobs: () => sentJobs(comfy).map(({ prompt }) => prompt),
		});
	} finally {
		web.closeAllConnections();
		web.close();
		await helper.unload();
		await new Promise<void>((resolve) => helper.stopServer(() => resolve()));
		await comfy.stop();
		rmSync(home, { recursive: true });
	}
}

/** A request that the flow cannot serve gets 400 and the reason, and no job reaches ComfyUI. */
export async function expectReason(
	name: string,
	route: string,
	body: URLSearchParams | FormData,
	setting: Setting,
	reason: RegExp,
): Promise<void> {
	await onExample(
		name,
		async (stage) => {
			const answer = await stage.ask(route, body);
			expect([answer.status, await answer.json()]).toEqual([
				400,
				{ error: expect.stringMatching(reason) as string },
			]);
			expect(stage.jobs()).toEqual([]);
		},
		setting,
	);
}

/** The core nodes of Node-RED that the flows use. */
const CORE = [
	'10-file',
	'10-function',
	'10-switch',
	'15-change',
	'20-inject',
	'21-httpin',
	'25-catch',
	'70-CSV',
	'89-trigger',
	'90-comment',
	'90-exec',
];

/** As a user sets it up: the address of ComfyUI, the environment, and small pictures; failed jobs are not retried. */
function asDeployed(node: ExampleNode, env: Record<string, string>, url: string): ExampleNode {
	if (node.type === 'comfyui-server') return { ...node, url };
	if (node.type === 'http request') return { ...node, type: 'helper' };
	if (node.type === 'tab') {
		const members = node.env as Array<{ name: string; value: string }>;
		return { ...node, env: members.map((one) => ({ ...one, value: env[one.name] ?? one.value })) };
	}
	if (typeof node.workflow !== 'string') return node;
	return { ...node, retries: '0', workflow: node.workflow.replaceAll(/"(width|height)":\d+/g, '"$1":64') };
}

export const form = (fields: Record<string, string | Blob>) => {
	const body = new FormData();
	for (const [name, value] of Object.entries(fields)) body.set(name, value);
	return body;
};
export const picture = new Blob([photo], { type: 'image/png' });
