import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { listen } from '../../server/http/listen';
import { Exchange } from './Exchange';
import { relay, type Mangle } from './relay';

/** Which requests a fault strikes; path and query are tried. */
export interface RequestMatch {
	method?: string;
	path: RegExp;
	/** How often; for ever when left out. */
	times?: number;
}

/** What is done instead of passing a request on. */
export type RequestAction = (exchange: Exchange) => void | Promise<void>;
/** What is done instead of opening a WebSocket. */
export type UpgradeAction = (socket: Duplex, message: IncomingMessage) => void;

/**
 * A proxy in front of a server, on its own port. Without faults it forwards everything, HTTP and WebSocket;
 * with a fault it does to a request, an upgrade or an event what networks and proxies do.
 */
export class FaultyProxy {
	/** How often a fault has struck: a test in which none did proves nothing. */
	struck = 0;
	/** Requests that are neither answered to their end nor given up. */
	pending = 0;
	private rules: Array<{ match: RequestMatch; action: RequestAction; left: number }> = [];
	private upgradeAction?: UpgradeAction;
	private mangle?: Mangle;
	private readonly open = new Set<Socket>();
	private server?: Server;
	private port = 0;

	private constructor(private readonly target: URL) {}

	/** @param target address of the server behind it */
	static async start(target: string): Promise<FaultyProxy> {
		const proxy = new FaultyProxy(new URL(target));
		await proxy.listen();
		return proxy;
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** Connections of clients that are open now. */
	get sockets(): number {
		return this.open.size;
	}

	onRequest(match: RequestMatch, action: RequestAction): void {
		this.rules.push({ match, action, left: match.times ?? Infinity });
	}

	onUpgrade(action: UpgradeAction): void {
		this.upgradeAction = action;
	}

	/** Every frame that the server sends goes through `mangle` instead of to the client. */
	onFrame(mangle: Mangle): void {
		this.mangle = mangle;
	}

	/** Cuts all connections and takes no more, so that new ones are refused. */
	async hangUp(): Promise<void> {
		this.struck += 1;
		const { server } = this;
		this.server = undefined;
		for (const socket of this.open) socket.resetAndDestroy();
		if (server) await new Promise((resolve) => server.close(resolve));
	}

	/** A well-behaved proxy again, at the same address. */
	async behave(): Promise<void> {
		this.rules = [];
		this.upgradeAction = undefined;
		this.mangle = undefined;
		if (!this.server) await this.listen();
	}

	async stop(): Promise<void> {
		await this.behave();
		await this.hangUp();
	}

	private async listen(): Promise<void> {
		const server = createServer((message, response) => void this.handle(message, response));
		server.on('connection', (socket) => {
			this.open.add(socket);
			socket.on('error', () => {}); // the other side cut it, as tests do
			socket.on('close', () => this.open.delete(socket));
		});
		server.on('upgrade', (message, socket, head) => {
			if (this.upgradeAction) {
				this.struck += 1;
				this.upgradeAction(socket, message);
			} else
				relay({ target: this.target, message, socket, head }, (frame, line) => this.onEvent(frame, line));
		});
		this.port = await listen(server, '127.0.0.1', this.port);
		this.server = server;
	}

	private onEvent: Mangle = (frame, line) => {
		if (this.mangle) this.mangle(frame, line);
		else line.pass(frame);
	};

	private async handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
		this.pending += 1;
		response.on('close', () => (this.pending -= 1));
		const exchange = new Exchange(this.target, message, response);
		const rule = this.rules.find(({ match, left }) => left > 0 && fits(match, message));
		try {
			if (!rule) return await exchange.passOn();
			rule.left -= 1;
			this.struck += 1;
			await rule.action(exchange);
		} catch {
			exchange.reset(); // the server behind was cut off
		}
	}
}

function fits({ method, path }: RequestMatch, message: IncomingMessage): boolean {
	return (!method || method === message.method) && path.test(message.url ?? '');
}
