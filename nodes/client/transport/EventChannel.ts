import { delay, linkSignals, now } from '../core/time';
import { FEATURE_FLAGS, parseMessage, type ServerMessage } from '../protocol/messages';
import { parseFrame, type Frame } from '../protocol/frames';
import {
	NO_SOCKET,
	type OpenSocket,
	type Socket,
	type SocketEnd,
	type SocketEvents,
	type SocketOptions,
} from './socket';

/** Proxies cut idle sockets after 60 s or more. */
const PING_EVERY_MS = 25_000;
/** Without a sign of life for this long after a ping the connection is half-open. */
const PONG_WITHIN_MS = 10_000;
const FIRST_STATUS_WITHIN_MS = 10_000;
const RECONNECT_MS = [100, 500, 1_000, 2_000, 5_000, 10_000];

/** What a channel reports. */
export interface ChannelListener {
	onMessage(message: ServerMessage): void;
	onFrame(frame: Frame): void;
	/** Subscribed (true), or the connection was lost or could not be made (false). */
	onConnection(connected: boolean): void;
}

/**
 * The server's events for one client id: connects, waits for the first `status` (only then is the id
 * registered), pings, and reconnects until closed. A second socket of the same id is never opened
 * before the first has ended: the server would drop the new one's registration with the old one.
 */
export class EventChannel {
	/** Subscribed right now. */
	connected = false;
	/** Why the last connection ended or was refused. */
	lastEnd?: SocketEnd;
	private readonly stop = new AbortController();
	private running?: Promise<void>;
	private settleFirst: () => void = () => {};
	private readonly first = new Promise<void>((resolve) => (this.settleFirst = resolve));

	constructor(
		private readonly url: string,
		private readonly open: OpenSocket,
		private readonly options: SocketOptions,
		private readonly listener: ChannelListener,
	) {}

	/** Connects when that has not begun, and waits for the outcome of the first try: whether events will come. */
	async ready(): Promise<boolean> {
		this.running ??= this.run();
		await this.first;
		return this.connected;
	}

	/** Ends the connection and every timer of the channel. */
	async close(): Promise<void> {
		this.stop.abort();
		this.settleFirst();
		await this.running;
	}

	private async run(): Promise<void> {
		for (let failedAttempts = 0; !this.stop.signal.aborted; ) {
			const subscribed = await this.connect();
			failedAttempts = subscribed ? 0 : failedAttempts + 1;
			const pause = RECONNECT_MS[Math.min(failedAttempts, RECONNECT_MS.length - 1)];
			await delay(pause, { signal: this.stop.signal }).catch(() => {});
		}
	}

	/** One connection from its start to its end; returns whether it was ever subscribed. */
	private async connect(): Promise<boolean> {
		const { controller, unlink } = linkSignals(this.stop.signal);
		let lastSign = now();
		let subscribed = false;
		let end = () => {};
		const ended = new Promise<void>((resolve) => (end = resolve));
		const onEnd = (reason: SocketEnd) => {
			this.lastEnd = reason;
			end();
		};
		const events: SocketEvents = {
			onOpen: () => void opening.then((socket) => socket.send(FEATURE_FLAGS)),
			onPong: () => (lastSign = now()),
			onText: (text) => {
				lastSign = now();
				const message = parseMessage(text);
				if (!message) return;
				if (message.type === 'status' && !subscribed) {
					subscribed = true;
					this.setConnected(true);
				}
				this.listener.onMessage(message);
			},
			onBinary: (data) => {
				lastSign = now();
				const frame = parseFrame(data);
				if (frame) this.listener.onFrame(frame);
			},
			onEnd,
		};
		const opening = this.open(this.url, this.options, events).catch((error: unknown): Socket => {
			onEnd({ error }); // an opener of somebody else may throw all the same
			return NO_SOCKET;
		});
		const socket = await opening;
		const watch = this.keepAlive(socket, () => ({ lastSign, subscribed }), { signal: controller.signal });
		await ended;
		controller.abort();
		await watch;
		unlink();
		this.setConnected(false);
		return subscribed;
	}

	/** Terminates the socket when it falls silent or the channel is closed; ends with the signal. */
	private async keepAlive(
		socket: Socket,
		seen: () => { lastSign: number; subscribed: boolean },
		{ signal }: { signal: AbortSignal },
	): Promise<void> {
		try {
			await delay(FIRST_STATUS_WITHIN_MS, { signal });
			while (seen().subscribed) {
				const pingedAt = now();
				const answers = socket.ping();
				await delay(PONG_WITHIN_MS, { signal });
				if (answers && seen().lastSign < pingedAt) break;
				await delay(PING_EVERY_MS - PONG_WITHIN_MS, { signal });
			}
		} catch {
			// the signal fired: the socket ended, or the channel was closed
		}
		socket.terminate();
	}

	private setConnected(connected: boolean): void {
		const changed = this.connected !== connected;
		this.connected = connected;
		this.settleFirst();
		if (changed) this.listener.onConnection(connected);
	}
}
