import { request, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';

/** An answer as it comes from the server behind, or as a fault makes it up. */
export interface Answer {
	status: number;
	headers: IncomingHttpHeaders;
	body: Buffer;
}

/** One request on its way through the proxy, and what can be done with it. */
export class Exchange {
	private received?: Promise<Buffer>;

	constructor(
		private readonly target: URL,
		readonly message: IncomingMessage,
		readonly response: ServerResponse,
	) {
		message.on('error', () => {}); // cut by the client
		response.on('error', () => {});
	}

	/** The request as the client sent it, credentials and all, as careless proxies write it into their answers. */
	get echo(): string {
		return `${this.message.method} ${this.message.url} ${JSON.stringify(this.message.headers)}`;
	}

	/** The whole body of the request. */
	async body(): Promise<Buffer> {
		this.received ??= collect(this.message);
		return await this.received;
	}

	/** Hands the request to the server behind and collects its answer. */
	async forward(): Promise<Answer> {
		const body = await this.body();
		const { method, url, headers } = this.message;
		return await new Promise<Answer>((resolve, reject) => {
			const { hostname, port } = this.target;
			const options = { hostname, port, method, path: url, headers, agent: false };
			const outgoing = request(options, (answer) => {
				const { statusCode = 0, headers: answered } = answer;
				collect(answer).then(
					(text) => resolve({ status: statusCode, headers: answered, body: text }),
					reject,
				);
			});
			outgoing.on('error', reject);
			outgoing.end(body);
		});
	}

	async passOn(): Promise<void> {
		this.send(await this.forward());
	}

	send({ status, headers, body }: Answer): void {
		this.head({ status, headers, body });
		this.response.end(body);
	}

	/** Status and headers, and nothing of the body. */
	head({ status, headers, body }: Answer): void {
		const kept = without(headers, 'transfer-encoding', 'connection');
		this.response.writeHead(status, { 'content-length': body.length, ...kept });
		this.response.flushHeaders();
	}

	/** Breaks the connection with a RST. */
	reset(): void {
		this.message.socket.resetAndDestroy();
	}
}

export function without(headers: IncomingHttpHeaders, ...names: string[]): IncomingHttpHeaders {
	return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name)));
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of stream) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}
