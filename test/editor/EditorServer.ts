import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { WebSocketServer } from 'ws';
import type { FrontEnd } from './frontEnd';

/** What `POST /prompt` got from the editor. */
export type Queued = Record<string, unknown>;

const TYPES = new Map([
	['.html', 'text/html'],
	['.js', 'text/javascript'],
	['.css', 'text/css'],
	['.json', 'application/json'],
	['.svg', 'image/svg+xml'],
]);

/** Answers for the requests of a starting editor, when no ComfyUI is behind it. */
const ANSWERS = new Map<string, unknown>([
	['/extensions', []],
	['/features', {}],
	['/global_subgraphs', {}],
	['/i18n', {}],
	['/jobs', { jobs: [], pagination: { offset: 0, limit: 200, total: 0, has_more: false } }],
	['/queue', { queue_running: [], queue_pending: [] }],
	['/users', { storage: 'server', migrated: true }],
	['/userdata', []],
	['/system_stats', { system: { os: 'posix', argv: [], comfyui_version: '0.33.0' }, devices: [] }],
]);

/** Settings that keep tours, dialogs and workflows of an earlier start away. */
const SETTINGS = {
	'Comfy.TutorialCompleted': true,
	'Comfy.Workflow.Persist': false,
	'Comfy.Workflow.ShowMissingModelsWarning': false,
	'Comfy.Workflow.ShowMissingNodesWarning': false,
	'Comfy.InstalledVersion': '99.0.0',
	'Comfy.UseNewMenu': 'Disabled',
};

/**
 * Serves the editor. Node types, and the front ends of packs, come from a ComfyUI or from a catalogue. What the
 * editor queues is kept and runs nowhere.
 */
export class EditorServer {
	private readonly server: Server;
	private readonly sockets = new WebSocketServer({ noServer: true });
	private onQueued: ((queued: Queued) => void) | undefined;

	constructor(
		private readonly frontEnd: FrontEnd,
		/** The base URL of a ComfyUI, or a catalogue. */
		private readonly source: string | object,
	) {
		this.server = createServer((request, response) => {
			this.answer(request, response).catch((error: unknown) => {
				if (!response.headersSent) response.writeHead(500);
				response.end(String(error));
			});
		});
		this.server.on('upgrade', (request, socket, head) => {
			this.sockets.handleUpgrade(request, socket, head, (peer) => {
				const status = { status: { exec_info: { queue_remaining: 0 } }, sid: 'editor' };
				peer.send(JSON.stringify({ type: 'status', data: status }));
			});
		});
	}

	async start(): Promise<string> {
		await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	stop(): void {
		for (const socket of this.sockets.clients) socket.terminate();
		this.server.closeAllConnections();
		this.server.close();
	}

	/** The next job that the editor queues. */
	async nextQueued(): Promise<Queued> {
		return await new Promise((resolve) => (this.onQueued = resolve));
	}

	private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { pathname, search } = new URL(request.url ?? '/', 'http://editor');
		const route = pathname.replace(/^\/api(?=\/)/, '');
		if (route === '/prompt' && request.method === 'POST') {
			this.onQueued?.(JSON.parse(await textOf(request)) as Queued);
			return send(response, {
				prompt_id: '00000000-0000-4000-8000-000000000000',
				number: 1,
				node_errors: {},
			});
		}
		if (route === '/settings') return send(response, SETTINGS);
		if (route === '/users') return send(response, ANSWERS.get(route));
		if (route === pathname && !/^\/extensions\/(?!core\/)/.test(pathname)) {
			const served = await this.serveFile(pathname, response);
			if (served) return;
		}
		if (typeof this.source === 'string')
			return await forward(this.source, pathname + search, request, response);
		if (request.method !== 'GET') return send(response, {});
		if (route === '/object_info') return send(response, completed(this.source));
		if (ANSWERS.has(route)) return send(response, ANSWERS.get(route));
		response.writeHead(404, { 'Content-Type': 'application/json' }).end('{}');
	}

	private async serveFile(pathname: string, response: ServerResponse): Promise<boolean> {
		const name = pathname === '/' ? 'index.html' : decodeURIComponent(pathname).slice(1);
		const file = path.resolve(this.frontEnd.folder, name);
		if (!file.startsWith(this.frontEnd.folder + path.sep)) return false;
		const content = await readFile(file).catch(() => undefined);
		if (!content) return false;
		const type = TYPES.get(path.extname(file)) ?? 'application/octet-stream';
		response.writeHead(200, { 'Content-Type': type }).end(content);
		return true;
	}
}

/** Node types with what a compact catalogue leaves out: the editor needs it. */
function completed(catalogue: object): object {
	const entries = Object.entries(catalogue as Record<string, { output?: unknown[] }>).map(
		([name, definition]) => {
			const { output = [] } = definition;
			const defaults = {
				name,
				display_name: name,
				description: '',
				category: 'test',
				python_module: 'nodes',
				output,
				output_name: output.map(String),
				output_is_list: output.map(() => false),
				output_node: false,
			};
			return [name, { ...defaults, ...definition }];
		},
	);
	return Object.fromEntries(entries);
}

function send(response: ServerResponse, body: unknown): void {
	response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}

async function textOf(request: IncomingMessage): Promise<string> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks).toString('utf8');
}

/** Passes a request on to ComfyUI. Only reading requests: a server that others use must not change. */
async function forward(
	base: string,
	target: string,
	{ method }: IncomingMessage,
	response: ServerResponse,
): Promise<void> {
	if (method !== 'GET' && method !== 'HEAD') return send(response, {});
	const answer = await fetch(base.replace(/\/+$/, '') + target);
	const type = answer.headers.get('content-type') ?? 'application/octet-stream';
	response.writeHead(answer.status, { 'Content-Type': type }).end(Buffer.from(await answer.arrayBuffer()));
}
