import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { pass, RequestRules, type CannedReply } from '../faults/rules';
import { listen } from '../http/listen';
import { readBody } from '../http/readBody';
import { RECORDED_BODY_BYTES, recordRequest, splitUrl, type RecordedRequest } from '../http/RecordedRequest';
import { bytes, json, text, troubled, type Reply } from '../http/Reply';
import { Request } from '../http/Request';
import type { Router } from '../http/Router';
import { writeReply } from '../http/writeReply';

const MOST_BYTES = 128 * 1024 * 1024;

/** What an origin does in addition to its routes. */
export interface OriginOptions {
	/** The refusal of a request that does not show what it must. */
	guard?: (request: Request) => Reply | undefined;
	upgrade?: (message: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** A server on its own port. It records requests, applies faults and guards, and answers with routes. */
export class Origin {
	readonly requests: RecordedRequest[] = [];
	readonly faults = new RequestRules();
	private readonly server: Server;
	private port = 0;

	private constructor(
		private readonly router: Router,
		private readonly options: OriginOptions,
	) {
		this.server = createServer((message, response) => void this.handle(message, response));
		this.server.on('upgrade', (message: IncomingMessage, socket: Duplex, head: Buffer) => {
			this.requests.push(recordRequest(message));
			if (options.upgrade) options.upgrade(message, socket, head);
			else socket.destroy();
		});
	}

	static async start(router: Router, options: OriginOptions = {}): Promise<Origin> {
		const origin = new Origin(router, options);
		origin.port = await listen(origin.server);
		return origin;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	async stop(): Promise<void> {
		const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
		this.server.closeAllConnections();
		await closed;
	}

	private async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
		const record = recordRequest(message);
		this.requests.push(record);
		const faults = this.faults.strike(record.method, message.url ?? '/');
		if (faults.some(({ kind }) => kind === 'reset')) return void message.socket.resetAndDestroy();
		const body = await readBody(message, MOST_BYTES).catch(() => undefined);
		if (!body) return;
		record.bodyText = body.toString('utf8', 0, RECORDED_BODY_BYTES);
		await pass(faults, 'hold');
		const { path, query } = splitUrl(message.url);
		const request = new Request(record.method, path, query, message.headers, body);
		const canned = faults.find((fault) => fault.kind === 'respond');
		const reply = canned?.kind === 'respond' ? cannedReply(canned.reply) : await this.reply(request);
		await pass(faults, 'holdAnswer');
		writeReply(response, reply, record.method === 'HEAD', faults);
	}

	private async reply(request: Request): Promise<Reply> {
		const refusal = this.options.guard?.(request);
		if (refusal) return refusal;
		const handler = this.router.find(request);
		if (!handler) return text(404, '404: Not Found');
		try {
			return await handler(request);
		} catch {
			return troubled();
		}
	}
}

function cannedReply({ status, headers, body = '' }: CannedReply): Reply {
	const reply =
		typeof body === 'object' && !Buffer.isBuffer(body)
			? json(body, status)
			: bytes(status, Buffer.from(body));
	return { ...reply, headers: { ...reply.headers, ...headers } };
}
