import type { Socket, SocketEvents, SocketOptions } from './socket';
import { HANDSHAKE_TIMEOUT_MS } from './socket';

type WebSocketClass = typeof import('ws').WebSocket;

/** ComfyUI sets no limit on what it sends; preview frames and big text outputs pass ws's default of 100 MiB. */
const MAX_BYTES = 1024 ** 3;

/** A socket over the package `ws`: headers and status on the upgrade, pings, TLS options. */
export function openWsSocket(
	WebSocket: WebSocketClass,
	url: string,
	{ headers, rejectUnauthorized, lookup }: SocketOptions,
	events: SocketEvents,
): Socket {
	const socket = new WebSocket(url, {
		headers,
		rejectUnauthorized,
		handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
		maxPayload: MAX_BYTES,
		followRedirects: false,
		...(lookup ? { lookup: lookup as never } : {}),
	});
	let failure: unknown;
	let status: number | undefined;
	socket.on('unexpected-response', (_request, response) => {
		status = response.statusCode;
		response.resume();
		socket.terminate();
	});
	socket.on('open', () => events.onOpen());
	socket.on('pong', () => events.onPong());
	socket.on('error', (error) => (failure = error));
	socket.on('close', () => events.onEnd({ status, error: failure }));
	socket.on('message', (data, isBinary) => {
		const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer);
		if (isBinary) events.onBinary(bytes);
		else events.onText(bytes.toString('utf8'));
	});
	return {
		send: (text) => socket.send(text, () => {}), // a failed send shows as the close that follows
		ping: () => {
			if (socket.readyState === socket.OPEN) socket.ping();
			return true;
		},
		terminate: () => socket.terminate(),
	};
}
