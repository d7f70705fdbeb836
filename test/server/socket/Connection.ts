import type { WebSocket } from 'ws';
import { parsePython } from '../wire/pythonJson';

/** One open WebSocket and what its client said about itself. */
export class Connection {
	/** A half-open connection: nothing is sent, nothing is read, not even its end is noticed. */
	silent = false;
	private flags: Record<string, unknown> | undefined;

	constructor(
		readonly sid: string,
		readonly socket: WebSocket,
	) {}

	supports(flag: string): boolean {
		return Boolean(this.flags?.[flag]);
	}

	/** Whether this is the handshake: the first JSON text message, once per connection. */
	handshake(text: string): boolean {
		if (this.flags) return false;
		const message = readObject(text);
		if (!message) return false;
		this.flags = message['type'] === 'feature_flags' ? (asObject(message['data']) ?? {}) : {};
		return message['type'] === 'feature_flags';
	}

	send(frame: string | Buffer): void {
		if (!this.silent && this.socket.readyState === this.socket.OPEN) this.socket.send(frame);
	}

	silence(): void {
		this.silent = true;
		this.socket.pause();
	}
}

function asObject(value: unknown): Record<string, unknown> | undefined {
	return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
}

function readObject(text: string): Record<string, unknown> | undefined {
	try {
		return asObject(parsePython(text));
	} catch {
		return undefined;
	}
}
