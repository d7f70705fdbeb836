import { randomUUID } from 'node:crypto';
import { LittleComfyUi, type LittleComfyUiOptions } from '../server';
import { Socket } from './replay/Socket';
import { until } from './replay/until';

export interface Answer {
	status: number;
	headers: Headers;
	body: Buffer;
	text: string;
	/** Throws when the body is no JSON. */
	json(): Record<string, unknown>;
}

interface FileObject {
	filename: string;
	subfolder: string;
	type: string;
}

/** A little server, and a client of few words for tests. */
export class Session {
	private static readonly started: Session[] = [];
	private readonly sockets: Socket[] = [];

	private constructor(readonly server: LittleComfyUi) {}

	static async start(options?: LittleComfyUiOptions): Promise<Session> {
		const session = new Session(await LittleComfyUi.start(options));
		Session.started.push(session);
		return session;
	}

	/** Also those of tests that failed before they came to stop them. */
	static async stopAll(): Promise<void> {
		for (const session of Session.started.splice(0)) await session.stop();
	}

	async request(
		method: string,
		path: string,
		body?: unknown,
		headers?: Record<string, string>,
	): Promise<Answer> {
		const raw = body === undefined || typeof body === 'string' || body instanceof FormData;
		const response = await fetch(this.server.url + path, {
			method,
			body: raw ? (body as string | undefined) : JSON.stringify(body),
			// no connection is kept that a restart of the server would close under the next request
			headers: { connection: 'close', ...headers },
			redirect: 'manual',
		});
		const bytes = Buffer.from(await response.arrayBuffer());
		const text = bytes.toString();
		const json = () => JSON.parse(text) as Record<string, unknown>;
		return { status: response.status, headers: response.headers, body: bytes, text, json };
	}

	get(path: string, headers?: Record<string, string>): Promise<Answer> {
		return this.request('GET', path, undefined, headers);
	}

	post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer> {
		return this.request('POST', path, body, headers);
	}

	/** Queues a prompt and resolves with its id. */
	async queue(prompt: object, more: object = {}): Promise<string> {
		const answer = await this.post('/prompt', { prompt, ...more });
		expect(answer.text).toContain('prompt_id');
		return String(answer.json()['prompt_id']);
	}

	/** Nothing runs any more, and all events have arrived. */
	async idle(): Promise<void> {
		await this.server.idle();
		for (const socket of this.sockets) await socket.caughtUp();
	}

	/** Queues a prompt and waits until nothing runs any more. */
	async run(prompt: object, more: object = {}): Promise<string> {
		const id = await this.queue(prompt, more);
		await this.idle();
		return id;
	}

	async history(promptId: string): Promise<Record<string, Record<string, unknown>>> {
		const answer = await this.get(`/history/${promptId}`);
		return answer.json()[promptId] as Record<string, Record<string, unknown>>;
	}

	/** The files under one key of a node's output. */
	async files(promptId: string, node: string, key = 'images'): Promise<FileObject[]> {
		const { outputs } = await this.history(promptId);
		return (outputs?.[node] as Record<string, FileObject[]>)[key] as FileObject[];
	}

	view({ filename, subfolder, type }: FileObject, headers?: Record<string, string>): Promise<Answer> {
		return this.get(`/view?${new URLSearchParams({ filename, subfolder, type })}`, headers);
	}

	/** A socket that has received its first `status`. */
	async socket(clientId: string = randomUUID(), headers?: Record<string, string>): Promise<Socket> {
		const socket = await Socket.open(`${this.server.url}/ws?clientId=${clientId}`, headers);
		this.sockets.push(socket);
		await until(
			() => socket.frames.length > 0,
			() => 'the first status',
		);
		return socket;
	}

	async stop(): Promise<void> {
		await this.server.stop();
	}
}
