import { NotSupportedError } from '../core/errors';
import type { Socket, SocketEvents, SocketOptions } from './socket';

/** The part of the standard WebSocket that is used here. */
interface StandardWebSocket {
	binaryType: string;
	readyState: number;
	send(text: string): void;
	close(): void;
	addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
}

/** Node's own WebSocket takes headers in its second argument (an extension of undici). */
export type StandardWebSocketClass = new (
	url: string,
	options: { headers: Record<string, string> },
) => StandardWebSocket;

const OPEN = 1;

/**
 * A socket over the global WebSocket. It reports neither why an upgrade was refused nor whether the other side is
 * alive, and cannot ignore TLS issues; polling compensates for all three.
 */
export function openGlobalSocket(
	WebSocket: StandardWebSocketClass,
	url: string,
	{ headers, rejectUnauthorized }: SocketOptions,
	events: SocketEvents,
): Socket {
	if (!rejectUnauthorized && url.startsWith('wss:')) {
		throw new NotSupportedError(
			'Ignoring TLS issues on the WebSocket needs the package "ws", which is not installed.',
		);
	}
	const socket = new WebSocket(url, { headers });
	socket.binaryType = 'arraybuffer';
	let ended = false;
	const end = () => {
		if (ended) return;
		ended = true;
		events.onEnd({});
	};
	socket.addEventListener('open', () => events.onOpen());
	socket.addEventListener('error', () => {}); // carries no reason; the close event follows
	socket.addEventListener('close', end);
	socket.addEventListener('message', ({ data }) => {
		if (ended) return;
		if (typeof data === 'string') events.onText(data);
		else if (data instanceof ArrayBuffer) events.onBinary(new Uint8Array(data));
	});
	return {
		send: (text) => {
			if (socket.readyState === OPEN) socket.send(text);
		},
		ping: () => {
			// There is no ping API. ComfyUI ignores every text but the first, and for proxies any traffic counts.
			if (socket.readyState === OPEN) socket.send('{"type":"keep_alive","data":{}}');
			return false;
		},
		// close() waits for the other side, so the end is reported at once
		terminate: () => {
			socket.close();
			end();
		},
	};
}
