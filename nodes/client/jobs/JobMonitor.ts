import { type AbortOptions, delay, now, throwIfAborted } from '../core/time';
import { asError, ConnectionError, NotSupportedError } from '../core/errors';
import type { Host, JobStatus } from '../hosts/Host';
import type { Frame } from '../protocol/frames';
import type { JobOutcome } from '../protocol/history';
import type { ServerMessage } from '../protocol/messages';
import type { EventChannel } from '../transport/EventChannel';
import { WakeableTimer } from '../core/WakeableTimer';
import { JobEventLog } from './JobEventLog';
import { JobRecord, type JobProgress } from './JobRecord';
import { JobStreams } from './JobStreams';
import { JobWaiter, type JobEnd, type WaitLimits, type WaitTimeout } from './JobWaiter';
import { QueueCount } from './QueueCount';
import { isRetryable } from '../core/retry';

/** Pauses between polls, ms: with events polling is only a safety net. */
const PAUSES_WITH_EVENTS = [1_000, 2_000, 4_000, 8_000, 15_000];
const PAUSES_WITHOUT_EVENTS = [250, 500, 1_000, 1_000, 2_000];
/** Between the poll that does not find a job and the one that declares it lost. */
const CONFIRM_LOST_MS = 300;
/** A poll without an answer for so long is one of the observed responses. */
const NO_ANSWER_MS = 1_000;
/** The queue's broadcasts cause at most one poll per second, however busy the server is. */
const BROADCAST_MS = 1_000;
/** A restart of the server takes minutes at most. */
const UNREACHABLE_MS = 180_000;
/** How far the socket may be behind HTTP. */
const EVENTS_BEHIND_MS = 2_000;
/** On some hosts the last event comes while the record of the job is still being written. */
const HISTORY_TRIES = 10;
const HISTORY_PAUSE_MS = 50;

/**
 * Waits for any number of jobs of one host over one socket and one polling loop. The host's own record
 * (history or jobs API) decides how a job ended; events only make the client notice it sooner.
 */
export class JobMonitor {
	private readonly waiters = new Map<string, JobWaiter>();
	private readonly events = new JobEventLog();
	private readonly stop = new AbortController();
	private channel?: EventChannel;
	private loop?: Promise<void>;
	private readonly timer = new WakeableTimer();
	private readonly queue = new QueueCount();
	private connectionLost = false;
	/** When the poll that has no answer yet was sent. Monotonic ms, see `now`. */
	private polledAt?: number;
	/** The server has answered a poll. */
	private serverHasAnswered = false;
	/** Events of our own jobs have come over this connection, so it does deliver them (see EventChannel). */
	private deliversEvents = false;
	private readonly streams: JobStreams;

	constructor(
		private readonly host: Host,
		private readonly clientId: string,
	) {
		const listener = {
			onStatus: (waiter: JobWaiter, status: JobStatus) => {
				if (this.isCurrent(waiter)) this.apply(waiter, status, true);
			},
			onEnd: () => this.timer.within(0),
		};
		this.streams = new JobStreams(host.jobs, listener, { signal: this.stop.signal });
	}

	/** Subscribes to events where the host has them; returns whether they will come. */
	async connect(): Promise<boolean> {
		if (!this.host.openEvents || this.stop.signal.aborted) return false;
		this.channel ??= this.host.openEvents(this.clientId, {
			onMessage: (message) => this.onMessage(message),
			onFrame: (frame) => this.onFrame(frame),
			onConnection: (connected) => this.onConnection(connected),
		});
		return await this.channel.ready();
	}

	/** Why this runtime can never receive events; undefined when it can, and when the host has none. */
	get eventsNotSupported(): string | undefined {
		const error = this.channel?.connected ? undefined : this.channel?.lastEnd?.error;
		return error instanceof NotSupportedError ? error.message : undefined;
	}

	/** Records the events of a job from before it is submitted; `rename` or `dismiss` has to follow. */
	expect(promptId: string, workflow?: JobRecord['workflow']): JobRecord {
		this.events.submitting();
		return this.keep(promptId, workflow);
	}

	private keep(promptId: string, workflow?: JobRecord['workflow']): JobRecord {
		const record = this.events.of(promptId);
		record.workflow ??= workflow;
		record.complete = this.channel?.connected === true;
		return record;
	}

	/** The job was accepted. @param promptId its ID, which the host may have chosen */
	rename(record: JobRecord, promptId: string): JobRecord {
		const renamed = record.promptId !== promptId;
		if (renamed) this.events.forget(record.promptId);
		const kept = renamed ? this.keep(promptId, record.workflow) : record;
		this.events.submitted();
		return kept;
	}

	/** The job was not accepted. */
	dismiss(record: JobRecord): void {
		this.events.forget(record.promptId);
		this.events.submitted();
	}

	/** The progress of a job as far as it is known. @param status what the host has just answered */
	progress(promptId: string, status?: JobStatus): JobProgress {
		const record = this.events.get(promptId) ?? new JobRecord(promptId);
		if (status?.state === 'running') record.applyStatus(status);
		return record.progress();
	}

	/**
	 * Waits until a job has ended.
	 * @returns how it ended, or what was observed until the time was over
	 * @throws AbortedError when the signal fires or the monitor is closed; what `onProgress` throws
	 */
	async wait(promptId: string, limits: WaitLimits = {}): Promise<JobEnd | WaitTimeout> {
		throwIfAborted(this.stop.signal);
		const waiter = this.waiter(promptId);
		try {
			const waiting = waiter.wait(limits);
			this.watch(waiter);
			const end = await waiting;
			return end === 'timeout' ? this.timeoutOf(waiter) : end;
		} finally {
			if (!waiter.isAwaited) this.drop(waiter);
		}
	}

	/** Polls a job that somebody has begun to wait for, soon if the events will not report its end and have not. */
	private watch(waiter: JobWaiter): void {
		const { isObserved, record } = waiter;
		if (record.hasLastEvent) void this.finish(waiter);
		const isFollowed = record.hasLastEvent || (this.isFollowed(waiter) && !isObserved);
		const pause = isFollowed ? this.pauseAfter(0) : 0;
		if (!this.loop) this.loop = this.run(pause);
		else if (!isFollowed || !this.hasEvents) this.timer.within(pause);
		const hasSocket = this.channel?.connected && record.complete;
		if (isObserved && !hasSocket) void this.streams.follow(waiter);
	}

	private timeoutOf(waiter: JobWaiter): WaitTimeout {
		const isUnanswered = this.polledAt !== undefined && now() - this.polledAt >= NO_ANSWER_MS;
		const observedResponses = waiter.observedResponses({ isUnanswered });
		return { kind: 'timeout', record: waiter.record, observedResponses };
	}

	/** Ends the socket, the loop and every timer. */
	async close(): Promise<void> {
		this.stop.abort();
		for (const waiter of this.waiters.values()) waiter.abort();
		this.timer.within(0);
		await Promise.all([this.channel?.close(), this.loop]);
	}

	private waiter(promptId: string): JobWaiter {
		const existing = this.waiters.get(promptId);
		if (existing) return existing;
		const waiter = new JobWaiter(this.events.of(promptId));
		waiter.record.connectionLost ||= this.connectionLost;
		this.waiters.set(promptId, waiter);
		return waiter;
	}

	/** Ends a wait, and forgets the events of the job: a client that lives long must not keep every picture. */
	private settle(waiter: JobWaiter, end: JobEnd): void {
		this.drop(waiter);
		this.events.forget(waiter.record.promptId);
		waiter.settle(end);
	}

	/** Stops polling a job; the loop ends with the last one. */
	private drop(waiter: JobWaiter): void {
		if (this.isCurrent(waiter)) this.waiters.delete(waiter.record.promptId);
		waiter.stopFollowing?.abort();
		if (this.waiters.size === 0) this.timer.within(0);
	}

	private isCurrent(waiter: JobWaiter): boolean {
		return this.waiters.get(waiter.record.promptId) === waiter;
	}

	/** Whether the events will report the end of a job: they are subscribed since before it could start. */
	private isFollowed({ record }: JobWaiter): boolean {
		return record.complete && !record.hasLastEvent && this.channel?.connected === true;
	}

	private get hasEvents(): boolean {
		return this.channel?.connected === true && this.deliversEvents;
	}

	/** How long to wait after so many polls without a change, ms. */
	private pauseAfter(unchanged: number): number {
		const pauses = this.hasEvents ? PAUSES_WITH_EVENTS : PAUSES_WITHOUT_EVENTS;
		return pauses[Math.min(unchanged, pauses.length - 1)];
	}

	/** @param pause before the first poll, ms */
	private async run(pause: number): Promise<void> {
		let unchanged = 0;
		let downSince: number | undefined;
		if (pause > 0) await this.timer.pause(pause, { signal: this.stop.signal });
		while (!this.stop.signal.aborted && this.waiters.size > 0) {
			this.timer.clear();
			try {
				const changed = await this.poll();
				unchanged = changed ? 0 : unchanged + 1;
				downSince = undefined;
				this.serverHasAnswered = true;
			} catch (error) {
				if (this.stop.signal.aborted) break;
				unchanged += 1;
				const isLost = error instanceof ConnectionError;
				this.connectionLost ||= isLost;
				downSince ??= now();
				for (const waiter of this.waiters.values()) {
					waiter.addFailedRequest(error);
					waiter.record.connectionLost ||= isLost;
				}
				this.loseIfGone(error);
				const isFinal = !isRetryable(error, this.serverHasAnswered) || now() - downSince > UNREACHABLE_MS;
				if (isFinal) this.failAll(error);
			}
			await this.timer.pause(this.pauseAfter(unchanged), { signal: this.stop.signal });
		}
		this.loop = undefined;
	}

	/** Asks for the status of all jobs; returns whether any of them changed. */
	private async poll(): Promise<boolean> {
		const ids = [...this.waiters].filter(([, { finishing }]) => !finishing).map(([id]) => id);
		if (ids.length === 0) return false;
		this.polledAt = now();
		const request = this.host.jobs.getJobs(ids, { signal: this.stop.signal });
		const statuses = await request.finally(() => (this.polledAt = undefined));
		let changed = false;
		for (const id of ids) {
			const waiter = this.waiters.get(id);
			if (waiter) changed = this.apply(waiter, statuses.get(id) ?? { state: 'absent' }) || changed;
		}
		return changed;
	}

	/** @param isFromStream whether the status comes from the stream of the job instead of a poll */
	private apply(waiter: JobWaiter, status: JobStatus, isFromStream = false): boolean {
		const { record } = waiter;
		if (waiter.finishing) return false;
		if (status.state === 'ended') {
			void this.settleAfterEvents(waiter, status.outcome);
			return true;
		}
		if (status.state === 'absent') {
			waiter.missingSince ??= now();
			waiter.forgotten = status.forgotten === true;
			if (now() - waiter.missingSince >= CONFIRM_LOST_MS) this.settle(waiter, waiter.endOfLost());
			else this.timer.within(CONFIRM_LOST_MS);
			return true;
		}
		const before = [record.state, record.position];
		waiter.missingSince = undefined;
		waiter.refusedSince = undefined;
		record.connectionLost = false;
		this.connectionLost = false; // whatever happened to the connection, no restart has lost this job
		waiter.known = true;
		record.workflow ??= status.workflow;
		// Events may be ahead of the status, never behind: running does not become pending again.
		if (record.state !== 'running') {
			record.state = status.state;
			record.position = status.state === 'pending' ? status.position : undefined;
		}
		const isNewest = isFromStream || !waiter.isStreaming;
		const advanced = status.state === 'running' && isNewest && record.applyStatus(status);
		const [hasNewState, hasMoved] = [record.state !== before[0], record.position !== before[1]];
		if (hasNewState || hasMoved || advanced) waiter.notify();
		// Jobs move up all the time; with events that is no reason to poll soon again, unless somebody looks at it.
		return hasNewState || (hasMoved && (!this.hasEvents || waiter.isObserved));
	}

	/**
	 * Ends a wait once the events have caught up. HTTP can be ahead of the socket, and what only events carry
	 * (pictures that are sent as frames, which nodes ran) belongs to the result.
	 */
	private async settleAfterEvents(waiter: JobWaiter, outcome: JobOutcome): Promise<void> {
		if (waiter.finishing) return;
		waiter.finishing = true;
		const { record } = waiter;
		if (record.complete && this.channel?.connected)
			await record.untilLastEvent(EVENTS_BEHIND_MS, { signal: this.stop.signal });
		this.settle(waiter, { kind: 'ended', outcome, record });
	}

	/**
	 * Ends the waits for jobs that went down with a server of a pool, so that another server can run them. Only when it is
	 * certain that they did not finish: nobody listens at the address any more, so the process has ended with its queue, and
	 * until then every event of the job came. A server that is only silent may still run them.
	 */
	private loseIfGone(error: unknown): void {
		if (this.host.serverName === undefined) return;
		const isRefused = error instanceof ConnectionError && error.reason === 'refused';
		for (const waiter of [...this.waiters.values()]) {
			if (!isRefused) waiter.refusedSince = undefined;
			else if (waiter.record.completeUntilCut && !this.channel?.connected && !waiter.finishing) {
				waiter.refusedSince ??= now();
				if (now() - waiter.refusedSince >= CONFIRM_LOST_MS) this.settle(waiter, waiter.endOfLost(true));
				else this.timer.within(CONFIRM_LOST_MS);
			}
		}
	}

	/**
	 * Whether a server of a pool has certainly ended before a job finished there whose submission has no answer; see
	 * {@link loseIfGone}.
	 */
	async wentDownBefore(record: JobRecord, { signal }: AbortOptions = {}): Promise<boolean> {
		if (this.host.serverName === undefined) return false;
		for (let times = 0; times < 2; times++) {
			if (times > 0) await delay(CONFIRM_LOST_MS, { signal });
			const request = this.host.jobs.getJobs([record.promptId], { signal });
			const error = await request.then(() => undefined, asError);
			if (!(error instanceof ConnectionError) || error.reason !== 'refused') return false;
		}
		return record.completeUntilCut && !record.succeeded && !this.channel?.connected;
	}

	/** The events say that a job ended: reads how, a few times, before the polling loop takes over. */
	private async finish(waiter: JobWaiter): Promise<void> {
		if (waiter.finishing) return;
		waiter.finishing = true;
		try {
			for (let tries = 0; tries < HISTORY_TRIES && this.waiters.has(waiter.record.promptId); tries++) {
				const outcome = await this.host.jobs.outcome(waiter.record.promptId, { signal: this.stop.signal });
				if (outcome) return this.settle(waiter, { kind: 'ended', outcome, record: waiter.record });
				await delay(HISTORY_PAUSE_MS * (tries + 1), { signal: this.stop.signal });
			}
		} catch {
			// the polling loop meets the same error and reports it
		} finally {
			waiter.finishing = false;
		}
		this.timer.within(0);
	}

	private failAll(error: unknown): void {
		for (const waiter of [...this.waiters.values()])
			this.settle(waiter, { kind: 'failed', error, record: waiter.record });
	}

	private onMessage(message: ServerMessage): void {
		if (message.type === 'status') return this.onQueueCount(message.data.status?.exec_info?.queue_remaining);
		const event = this.events.add(message);
		if (!event) return;
		if (message.type !== 'progress' && message.type !== 'progress_state') this.deliversEvents = true;
		this.queue.add(message);
		const waiter = this.waiters.get(event.record.promptId);
		if (!waiter) return;
		waiter.known = true;
		if (event.ended) void this.finish(waiter);
		else waiter.notify();
	}

	private onFrame(frame: Frame): void {
		const record = this.events.addFrame(frame);
		if (record) this.waiters.get(record.promptId)?.notify();
	}

	private onConnection(connected: boolean): void {
		if (!connected) {
			this.connectionLost = true;
			this.deliversEvents = false;
			this.events.interrupted();
		}
		this.timer.within(0);
	}

	/** Polls when jobs may have been deleted, or have moved up while somebody looks. */
	private onQueueCount(remaining: number | undefined): void {
		const { fallen, unexplained } = this.queue.update(remaining);
		if (!(fallen > 0)) return;
		for (const { record, isObserved } of this.waiters.values()) {
			if (record.state !== 'running' && (unexplained > 0 || isObserved))
				return this.timer.within(BROADCAST_MS);
		}
	}
}
