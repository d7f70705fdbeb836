/** The port through which the client speaks WebSocket: one small surface over `ws` and the global WebSocket. */

/** Why a socket ended. */
export interface SocketEnd {
	/** HTTP status of a refused upgrade, when the library tells. */
	status?: number;
	/** Whatever the library raised. */
	error?: unknown;
}

/** What a socket reports. `onEnd` comes exactly once, and nothing after it. */
export interface SocketEvents {
	onOpen(): void;
	onText(text: string): void;
	onBinary(data: Uint8Array): void;
	/** A sign of life that is no message. */
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

/** Stands in for a connection that could not even be begun; `onEnd` has told why. */
export const NO_SOCKET: Socket = { send: () => {}, ping: () => false, terminate: () => {} };

/** What an opener may need beside the URL. */
export interface SocketOptions {
	headers: Record<string, string>;
	rejectUnauthorized: boolean;
	/** A name resolver that enforces n8n's egress rules; only `ws` takes one. */
	lookup?: unknown;
}

/** Starts a connection. Never throws: what goes wrong arrives at `onEnd`. */
export type OpenSocket = (url: string, options: SocketOptions, events: SocketEvents) => Promise<Socket>;

/** Time for name resolution, TLS and upgrade together, ms. */
export const HANDSHAKE_TIMEOUT_MS = 10_000;
