import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';

/** A frame of the server on its way to the client. */
export interface RelayedFrame {
	data: Buffer;
	isBinary: boolean;
	/** Type of the message, or `binary`. */
	type: string;
}

/** The connection to one client. */
export interface Line {
	pass(frame: RelayedFrame): void;
	/** Text as a separate frame. */
	say(text: string): void;
	/** Bytes of a binary frame. */
	sendBinary(data: Uint8Array): void;
	/** Bytes on the wire, frame header and all. */
	sendRaw(bytes: Uint8Array): void;
	/** Breaks the connection without a closing handshake. */
	cut(): void;
	/** Closes it with a handshake. */
	close(code: number): void;
	/** It stays open, and nothing goes through it any more, not even pongs. */
	freeze(): void;
}

/** What happens to a frame. */
export type Mangle = (frame: RelayedFrame, line: Line) => void;

interface Upgrade {
	target: URL;
	message: IncomingMessage;
	socket: Duplex;
	head: Buffer;
}

/** Connects a client that asks for a WebSocket with the server behind. Both ends go down together. */
export function relay({ target, message, socket, head }: Upgrade, onFrame: Mangle): void {
	const early: Array<[Buffer, boolean]> = [];
	const upstream = new WebSocket(`ws://${target.host}${message.url}`);
	socket.on('error', () => {});
	upstream.on('error', () => socket.destroy());
	upstream.on('message', (data, isBinary) => void early.push([data as Buffer, isBinary]));
	upstream.on('open', () => {
		new WebSocketServer({ noServer: true }).handleUpgrade(message, socket, head, (downstream) => {
			const line = lineOf(downstream, socket);
			const arrive = (data: Buffer, isBinary: boolean) =>
				onFrame({ data, isBinary, type: isBinary ? 'binary' : typeOf(data) }, line);
			upstream.removeAllListeners('message');
			upstream.on('message', (data, isBinary) => arrive(data as Buffer, isBinary));
			upstream.on('close', () => downstream.terminate());
			downstream.on('error', () => {});
			downstream.on('close', () => upstream.terminate());
			downstream.on('message', (data, isBinary) => {
				if (upstream.readyState === WebSocket.OPEN) upstream.send(data as Buffer, { binary: isBinary });
			});
			for (const [data, isBinary] of early) arrive(data, isBinary);
		});
	});
	socket.on('close', () => upstream.terminate());
}

function lineOf(downstream: WebSocket, socket: Duplex): Line {
	let frozen = false;
	const send = (data: Uint8Array | string, binary: boolean) => {
		if (!frozen && downstream.readyState === WebSocket.OPEN) downstream.send(data, { binary });
	};
	return {
		pass: ({ data, isBinary }) => send(data, isBinary),
		say: (text) => send(text, false),
		sendBinary: (data) => send(data, true),
		sendRaw: (bytes) => void (!frozen && socket.writable && socket.write(bytes)),
		cut: () => downstream.terminate(),
		close: (code) => downstream.close(code),
		freeze: () => {
			frozen = true;
			swallow(socket);
		},
	};
}

/** Takes what comes, pings included, and answers nothing; goes down with the other side. */
export function swallow(socket: Duplex): void {
	socket.removeAllListeners('data');
	socket.on('error', () => {});
	socket.on('end', () => socket.destroy());
	socket.resume();
}

function typeOf(data: Buffer): string {
	try {
		return String((JSON.parse(data.toString()) as { type?: unknown }).type);
	} catch {
		return 'not json'; // the server writes NaN
	}
}
