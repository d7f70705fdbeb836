import type { HttpTransport } from './http';
import type { OpenSocket } from './socket';

/** How requests are sent, for all hosts; everything has a default. */
export interface TransportOptions {
	/** false accepts self-signed certificates. Default true. */
	rejectUnauthorized?: boolean;
	/** Milliseconds without any data before a request fails. Default 60 s. */
	idleTimeoutMs?: number;
	/** Sends HTTP instead of undici and the global fetch. */
	fetch?: typeof fetch;
	/** Replaces HTTP completely; it then adds headers, query and credentials itself. */
	transport?: HttpTransport;
	/** Replaces the WebSocket. */
	openSocket?: OpenSocket;
	/** A name resolver for the WebSocket, with the signature of `dns.lookup`. */
	lookup?: unknown;
}

export const IDLE_TIMEOUT_MS = 60_000;
