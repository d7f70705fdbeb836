import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { splitUrl } from '../../http/RecordedRequest';

/** The sockets of an account: each gets the events of all jobs of the account, for any client ID. */
export class AccountSockets {
	private readonly server = new WebSocketServer({ noServer: true });
	private readonly open = new Set<WebSocket>();

	constructor(private readonly apiKey: string) {}

	get size(): number {
		return this.open.size;
	}

	upgrade(message: IncomingMessage, socket: Duplex, head: Buffer): void {
		socket.on('error', () => socket.destroy());
		const { path, query } = splitUrl(message.url);
		if (path !== '/ws' || query.get('token') !== this.apiKey) {
			socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
			return;
		}
		this.server.handleUpgrade(message, socket, head, (webSocket) => {
			this.open.add(webSocket);
			webSocket.on('close', () => this.open.delete(webSocket));
			const status = { status: { exec_info: { queue_remaining: 0 } }, sid: randomUUID() };
			webSocket.send(JSON.stringify({ type: 'status', data: status }));
		});
	}

	/** Sends a frame to all; objects as JSON. */
	send(frame: object | Buffer, isBinary = false): void {
		const data = Buffer.isBuffer(frame) ? frame : Buffer.from(JSON.stringify(frame));
		for (const socket of this.open) socket.send(data, { binary: isBinary });
	}

	end(): void {
		for (const socket of this.open) socket.terminate();
	}
}
