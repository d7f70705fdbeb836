import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A socket that keeps every frame. */
export class Socket {
	readonly frames: (string | Buffer)[] = [];
	private constructor(private readonly socket: WebSocket) {
		socket.on('message', (data, isBinary) => {
			this.frames.push(isBinary ? (data as Buffer) : data.toString());
		});
	}

	static async open(url: string, headers?: Record<string, string>): Promise<Socket> {
		const socket = new WebSocket(url.replace(/^http/, 'ws'), { headers });
		const wrapped = new Socket(socket);
		await once(socket, 'open');
		return wrapped;
	}

	get isOpen(): boolean {
		return this.socket.readyState === WebSocket.OPEN;
	}

	/** JSON messages of one type. */
	data(type: string): Record<string, unknown>[] {
		return this.frames
			.filter((frame): frame is string => typeof frame === 'string')
			.map((frame) => JSON.parse(frame) as { type: string; data: Record<string, unknown> })
			.filter((message) => message.type === type)
			.map((message) => message.data);
	}

	send(message: unknown): void {
		this.socket.send(JSON.stringify(message));
	}

	/** Everything sent so far has arrived, or the connection has ended. A half-open one never catches up. */
	async caughtUp(): Promise<void> {
		if (!this.isOpen) return;
		const pong = Promise.race([once(this.socket, 'pong'), once(this.socket, 'close')]);
		this.socket.ping();
		await pong;
	}

	async close(): Promise<void> {
		if (this.socket.readyState === WebSocket.CLOSED) return;
		const closed = once(this.socket, 'close');
		this.socket.close();
		await closed;
	}

	/** Resolves with the close code. */
	async closed(): Promise<number> {
		if (this.socket.readyState === WebSocket.CLOSED) return 1006;
		const [code] = (await once(this.socket, 'close')) as [number];
		return code;
	}
}
