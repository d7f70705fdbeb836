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
 * @throws NotSupportedError when TLS issues are to be ignored, or when the address cannot be checked; the error of `lookup`
 */
export async function openGlobalSocket(
	WebSocket: StandardWebSocketClass,
	url: string,
	{ headers, rejectUnauthorized, lookup }: SocketOptions,
	events: SocketEvents,
): Promise<Socket> {
	if (!rejectUnauthorized && url.startsWith('wss:')) {
		throw new NotSupportedError(
			'Ignoring TLS issues on the WebSocket needs the package "ws", which is not installed.',
		);
	}
	const address = lookup ? await resolveWith(lookup as Lookup, url) : url;
	const socket = new WebSocket(address, { headers });
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

/** The part of `dns.lookup` that is used here. */
type Lookup = (
	hostname: string,
	options: { all: true },
	done: (error: Error | null, addresses: Array<{ address: string; family: number }>) => void,
) => void;

/**
 * The URL with the address that the resolver gives in place of the name. The global WebSocket takes no resolver: with the
 * name it could connect to another address than the one that was checked. A TLS certificate is one of the name.
 */
async function resolveWith(lookup: Lookup, url: string): Promise<string> {
	const resolved = new URL(url);
	const { hostname, protocol } = resolved;
	if (/^[\d.]+$/.test(hostname) || hostname.startsWith('[')) return url;
	if (protocol === 'wss:') {
		throw new NotSupportedError(
			'The address behind the name of the server cannot be checked for the WebSocket, because the package "ws" is not installed.',
		);
	}
	const found = await new Promise<Array<{ address: string; family: number }>>((resolve, reject) => {
		lookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses)));
	});
	const { address, family } = found.find((one) => one.family === 4) ?? found[0];
	resolved.hostname = family === 6 ? `[${address}]` : address;
	return resolved.href;
}
