/** The WebSocket port of the client: a small interface over `ws` and the global WebSocket. */

/** Why a socket ended. */
export interface SocketEnd {
	/** HTTP status of a refused upgrade, when the library reports it. */
	status?: number;
	/** The error of the library. */
	error?: unknown;
}

/** What a socket reports. `onEnd` comes exactly once, and is the last event. */
export interface SocketEvents {
	onOpen(): void;
	onText(text: string): void;
	onBinary(data: Uint8Array): void;
	/** A pong. */
	onPong(): void;
	onEnd(end: SocketEnd): void;
}

/** An open or opening connection. */
export interface Socket {
	send(text: string): void;
	/** Keeps proxies from cutting the idle connection. Returns whether a pong will answer. */
	ping(): boolean;
	/** Cuts the connection; `onEnd` follows. */
	terminate(): void;
}

/** Replaces a connection that could not be started; `onEnd` has reported why. */
export const NO_SOCKET: Socket = { send: () => {}, ping: () => false, terminate: () => {} };

/** Options of an opener besides the URL. */
export interface SocketOptions {
	headers: Record<string, string>;
	rejectUnauthorized: boolean;
	/** A name resolver with the signature of `dns.lookup`, which enforces n8n's egress rules. */
	lookup?: unknown;
}

/** Starts a connection. Never throws: errors are reported to `onEnd`. */
export type OpenSocket = (url: string, options: SocketOptions, events: SocketEvents) => Promise<Socket>;

/** Time for name resolution, TLS and upgrade together, ms. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
