import { EventFilter, type EventPredicate } from './EventFilter';
import { RequestRules, type CannedReply, type Gate, type RequestMatch } from './rules';

/** What the faults need of the server they live in. */
export interface FaultTarget {
	terminateSockets(): void;
	silenceSockets(): void;
	reapSockets(): void;
	sendRaw(frame: string | Buffer): void;
	loseJob(promptId: string): void;
	dropHistory(promptId: string): void;
	killWorker(): void;
	held(held: boolean): void;
}

const never: Gate = async () => await new Promise(() => {});

/** Faults on demand. All stay until `clear()`, except those that happen once. */
export class Faults {
	/** Upgrades are answered with this status instead (`true` is 404; 426 is what some proxies say). */
	refuseSockets: boolean | number = false;
	/** Every event is sent twice. */
	duplicateEvents = false;
	/** The server mints its own prompt id and ignores the client's, as before 0.3.45. */
	replaceIds = false;
	/** A finished job is in neither queue nor history until the gate opens. */
	historyGate?: Gate;
	readonly requests = new RequestRules();
	readonly events = new EventFilter();

	constructor(private readonly target: FaultTarget) {}

	/** All sockets break off without a closing handshake (code 1006). */
	dropSockets(): void {
		this.target.terminateSockets();
	}

	/** The sockets open now stay open, but nothing goes through them any more, not even pongs. */
	halfOpen(): void {
		this.target.silenceSockets();
	}

	/** The server notices that its half-open sockets are dead, and removes their registrations. */
	reapHalfOpen(): void {
		this.target.reapSockets();
	}

	/** A canned reply: 5xx, 429, a redirect, a login page, a wrong content type. */
	respond(match: RequestMatch, reply: CannedReply): void {
		this.requests.arm(match, { kind: 'respond', reply });
	}

	/** The request is handled only when the gate opens; without a gate never. */
	holdRequest(match: RequestMatch, until: Gate = never): void {
		this.requests.arm(match, { kind: 'hold', until });
	}

	/** The request is handled, and answered only when the gate opens; without a gate never. */
	holdAnswer(match: RequestMatch, until: Gate = never): void {
		this.requests.arm(match, { kind: 'holdAnswer', until });
	}

	/** The connection is reset before the request is handled. */
	resetConnection(match: RequestMatch): void {
		this.requests.arm(match, { kind: 'reset' });
	}

	/** The connection breaks after so many bytes of the body. */
	cutDownload(match: RequestMatch, afterBytes: number): void {
		this.requests.arm(match, { kind: 'cut', afterBytes });
	}

	/** After so many bytes nothing more comes, and the connection stays open. */
	stallDownload(match: RequestMatch, afterBytes: number): void {
		this.requests.arm(match, { kind: 'stall', afterBytes });
	}

	/** The request is handled, and its answer comes byte by byte and never ends. */
	trickle(match: RequestMatch): void {
		this.requests.arm(match, { kind: 'trickle' });
	}

	/** The body of the request is read so slowly that a large one takes minutes. */
	slowUpload(match: RequestMatch): void {
		this.requests.arm(match, { kind: 'slowUpload' });
	}

	/** Content-Length says more (or, when negative, less) than is sent; then the connection ends. */
	wrongContentLength(match: RequestMatch, difference = 10): void {
		this.requests.arm(match, { kind: 'length', difference });
	}

	/** Removes the job from queue and history for good, without an event. */
	loseJob(promptId: string): void {
		this.target.loseJob(promptId);
	}

	/** The finished job is forgotten. */
	dropHistory(promptId: string): void {
		this.target.dropHistory(promptId);
	}

	/** Events for which the filter says true are not sent. */
	muteEvents(filter: EventPredicate): void {
		this.events.mute(filter);
	}

	/** Any frame to every socket: objects as JSON, strings and buffers as they are. */
	sendToAll(frame: object | string | Buffer): void {
		const raw = typeof frame === 'string' || Buffer.isBuffer(frame);
		this.target.sendRaw(raw ? frame : JSON.stringify(frame));
	}

	/** The worker pauses before it takes the next job, and before the next step of a running one. */
	hold(): void {
		this.target.held(true);
	}

	/**
	 * The worker pauses as soon as it has sent an event, so that a job stays where it is. Events about jobs of nobody (no
	 * client id) are not sent at all.
	 * @param which counts the events of this type from now on, from 1
	 * @returns fulfilled when the event is sent
	 */
	async holdAt(type: string, which = 1): Promise<void> {
		let seen = 0;
		await new Promise<void>((resolve) => {
			this.events.listen((event) => {
				if (event.type !== type || ++seen !== which) return;
				this.hold();
				resolve();
			});
		});
	}

	release(): void {
		this.target.held(false);
	}

	/** The worker thread dies: what runs (or is taken next) stays "running" until a restart. */
	killWorker(): void {
		this.target.killWorker();
	}

	replacePromptId(replace: boolean): void {
		this.replaceIds = replace;
	}

	/** Back to a well-behaved server. A dead worker stays dead: only a restart helps. */
	clear(): void {
		this.refuseSockets = false;
		this.duplicateEvents = false;
		this.replaceIds = false;
		this.historyGate = undefined;
		this.requests.clear();
		this.events.clear();
		this.release();
	}
}
