import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server with files, as an n8n user has them somewhere else than on the ComfyUI server. */
export class WebServer {
	readonly requests: IncomingMessage[] = [];
	private readonly answers = new Map<string, Answer>();

	private constructor(private readonly server: ReturnType<typeof createServer>) {
		server.on('request', (request: IncomingMessage, response: ServerResponse) => {
			this.requests.push(request);
			const [path] = (request.url ?? '').split('?');
			const answer = this.answers.get(path);
			if (answer) answer(request, response);
			else response.writeHead(404).end();
		});
	}

	static async start(): Promise<WebServer> {
		const server = createServer();
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		return new WebServer(server);
	}

	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
	}

	/** Answers requests for a path. */
	on(path: string, answer: Answer): string {
		this.answers.set(path, answer);
		return `${this.url}${path}`;
	}

	/** Serves a file. */
	put(path: string, data: Buffer, contentType?: string): string {
		return this.on(path, (_, response) => {
			const type = contentType && { 'content-type': contentType };
			response.writeHead(200, { ...type, 'content-length': data.length }).end(data);
		});
	}

	async stop(): Promise<void> {
		this.server.closeAllConnections();
		await new Promise((resolve) => this.server.close(resolve));
	}
}
