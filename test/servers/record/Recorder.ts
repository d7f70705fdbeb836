import { setTimeout } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { HttpRow, Recording, SocketRow } from '../../server-contract/replay/recording';
import { uploadForm } from '../../server-contract/replay/uploads';
import { until } from '../../support/until';

export type Row = { t: number } & (HttpRow | SocketRow);

/** Headers that say nothing about ComfyUI. */
const UNINTERESTING = new Set(['date', 'server', 'connection', 'keep-alive', 'last-modified']);

/** Talks to a real ComfyUI and writes down every request, answer and frame, in the order in which they are seen. */
export class Recorder {
	rows: Row[] = [];
	private readonly sockets = new Map<string, WebSocket>();
	private began = performance.now();

	constructor(readonly url: string) {}

	/** The rows of one scenario; sockets that are still open are closed at its end. */
	async record(scenario: (recorder: Recorder) => Promise<void>): Promise<Row[]> {
		this.rows = [];
		this.began = performance.now();
		await scenario(this);
		for (const name of this.sockets.keys()) await this.close(name);
		return this.rows;
	}

	async open(name: string, path: string): Promise<void> {
		const socket = new WebSocket(this.url.replace(/^http/, 'ws') + path);
		this.sockets.set(name, socket);
		this.write({ via: 'ws', socket: name, open: path });
		socket.on('message', (data: Buffer, isBinary) => {
			const frame = isBinary ? { binary_base64: data.toString('base64') } : { text: data.toString() };
			this.write({ via: 'ws', socket: name, ...frame });
		});
		await until(() => this.rows.some((row) => row.via === 'ws' && row.socket === name && row.text));
	}

	send(name: string, message: unknown): void {
		this.write({ via: 'ws', socket: name, sent: message });
		this.sockets.get(name)?.send(JSON.stringify(message));
	}

	async close(name: string): Promise<void> {
		const socket = this.sockets.get(name);
		this.sockets.delete(name);
		if (!socket) return;
		const closed = new Promise((resolve) => socket.once('close', resolve));
		socket.close();
		await closed;
		this.write({ via: 'ws', socket: name, closed: null });
	}

	/** @param request a JSON body, a raw text, the words for an upload, or null for none */
	async request(method: string, path: string, request: unknown = null): Promise<string> {
		const response = await fetch(this.url + path, { method, body: bodyOf(path, request) });
		const bytes = Buffer.from(await response.arrayBuffer());
		const isBinary = /^(image|video|audio)\//.test(response.headers.get('content-type') ?? '');
		this.write({
			via: 'http',
			method,
			path,
			request,
			status: response.status,
			headers: Object.fromEntries([...response.headers].filter(([name]) => !UNINTERESTING.has(name))),
			...(isBinary ? { body_base64: bytes.toString('base64') } : { body: bytes.toString() }),
		});
		return bytes.toString();
	}

	/** Queues a prompt and resolves with its id. */
	async queue(request: object): Promise<string> {
		const answer = await this.request('POST', '/prompt', request);
		return (JSON.parse(answer) as { prompt_id: string }).prompt_id;
	}

	/** Waits, without a trace in the recording, until nothing runs and its last events have come. */
	async idle(): Promise<void> {
		const remaining = async () =>
			(await (await fetch(`${this.url}/prompt`)).json()) as { exec_info: { queue_remaining: number } };
		await until(async () => (await remaining()).exec_info.queue_remaining === 0);
		await setTimeout(200);
	}

	/** Waits until this text has come over a socket. */
	async seen(text: string): Promise<void> {
		await until(() => this.rows.some((row) => row.via === 'ws' && row.text?.includes(text)), text);
	}

	private write(row: HttpRow | SocketRow): void {
		this.rows.push({ t: Math.round(performance.now() - this.began) / 1000, ...row });
	}
}

function bodyOf(path: string, request: unknown): string | FormData | undefined {
	if (request === null) return undefined;
	if (path === '/upload/image') return uploadForm(String(request));
	return typeof request === 'string' ? request : JSON.stringify(request);
}

/**
 * Does again what an earlier recording did, with the same pauses, and with the prompt ids and the names of temp files
 * that this server gives.
 */
export async function repeat(
	recorder: Recorder,
	{ rows }: Recording,
	promptIds: Map<string, string>,
): Promise<void> {
	const rename = (text: string) => {
		const letters = /ComfyUI_temp_[a-z]{5}/.exec(JSON.stringify(recorder.rows))?.[0];
		const named = letters ? text.replaceAll(/ComfyUI_temp_[a-z]{5}/g, letters) : text;
		return [...promptIds].reduce((renamed, [before, now]) => renamed.replaceAll(before, now), named);
	};
	let before = 0;
	for (const row of rows as Row[]) {
		if (row.via === 'ws' && (row.text ?? row.binary_base64) !== undefined) continue;
		await setTimeout((row.t - before) * 1000);
		before = row.t;
		if (row.via === 'http') {
			if (row.path.startsWith('/history/') && row.body !== '{}') await recorder.idle();
			const request =
				row.request === null ? null : (JSON.parse(rename(JSON.stringify(row.request))) as unknown);
			const answer = await recorder.request(row.method, rename(row.path), request);
			const id = (text: string | undefined) => (JSON.parse(text ?? '{}') as { prompt_id?: string }).prompt_id;
			if (row.path === '/prompt' && row.status === 200) promptIds.set(id(row.body) ?? '', id(answer) ?? '');
		} else if (row.open !== undefined) await recorder.open(row.socket, row.open);
		else if (row.sent !== undefined) recorder.send(row.socket, row.sent);
		else await recorder.close(row.socket);
	}
}
