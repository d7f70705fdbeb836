import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Faults } from '../faults/Faults';
import { stringifyPython } from '../wire/pythonJson';
import { Connection } from './Connection';

const MAX_CLIENT_MESSAGE = 4 * 1024 * 1024;

export interface HubSource {
	status(): object;
	/** The server's own flags, or undefined when this version knows no handshake. */
	flags(): object | undefined;
	/** Display id of the running node if this client owns the running prompt. */
	runningNodeOf(sid: string): string | undefined;
}

/**
 * Who listens. One registration per client id: the last connection with an id gets its events, and
 * the end of ANY connection with that id removes the registration. That is the reconnect trap of the
 * real server: a second socket goes deaf when the first one is reaped.
 */
export class SocketHub {
	private readonly server = new WebSocketServer({ noServer: true, maxPayload: MAX_CLIENT_MESSAGE });
	private readonly registered = new Map<string, Connection>();
	readonly connections = new Set<Connection>();

	constructor(
		private readonly source: HubSource,
		private readonly faults: Faults,
	) {}

	upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, clientId: string): void {
		this.server.handleUpgrade(request, socket, head, (webSocket) => this.accept(webSocket, clientId));
	}

	private accept(socket: WebSocket, clientId: string): void {
		const sid = clientId || randomUUID().replaceAll('-', '');
		const connection = new Connection(sid, socket);
		this.connections.add(connection);
		this.registered.set(sid, connection);
		socket.on('error', () => socket.terminate());
		socket.on('close', () => {
			this.connections.delete(connection);
			this.registered.delete(sid);
		});
		socket.on('message', (data, isBinary) => {
			if (!isBinary) this.receive(connection, data.toString());
		});
		this.json('status', { status: this.source.status(), sid }, sid);
		const node = this.source.runningNodeOf(sid);
		if (node !== undefined) this.json('executing', { node }, sid);
	}

	private receive(connection: Connection, text: string): void {
		const flags = this.source.flags();
		if (flags && connection.handshake(text)) this.json('feature_flags', flags, connection.sid);
	}

	supports(sid: unknown, flag: string): boolean {
		return typeof sid === 'string' && (this.registered.get(sid)?.supports(flag) ?? false);
	}

	/** `sid` null or undefined: to all registered sockets; an unknown id: to nobody. */
	json(type: string, data: object, sid?: unknown): void {
		if (!this.faults.events.lets({ type, data })) return;
		this.deliver(stringifyPython({ type, data }), sid);
	}

	binary(frame: Buffer, sid?: unknown): void {
		if (!this.faults.events.lets({ type: frame.readUInt32BE(0), data: frame })) return;
		this.deliver(frame, sid);
	}

	private deliver(frame: string | Buffer, sid: unknown): void {
		const receivers = sid === null || sid === undefined ? [...this.registered.values()] : [this.find(sid)];
		for (const receiver of receivers) {
			receiver?.send(frame);
			if (this.faults.duplicateEvents) receiver?.send(frame);
		}
	}

	private find(sid: unknown): Connection | undefined {
		return typeof sid === 'string' ? this.registered.get(sid) : undefined;
	}

	/** Any frame to every open connection, registered or not. */
	raw(frame: string | Buffer): void {
		for (const connection of this.connections) connection.send(frame);
	}

	terminateAll(): void {
		for (const { socket } of this.connections) socket.terminate();
	}

	silenceAll(): void {
		for (const connection of this.connections) connection.silence();
	}

	reapSilent(): void {
		for (const connection of this.connections) if (connection.silent) connection.socket.terminate();
	}
}
