import { delay, linkSignals, now, orAborted } from '../core/time';
import { ConnectionError } from '../core/errors';
import type { Host, JobStatus } from '../hosts/Host';
import type { Frame } from '../protocol/frames';
import type { JobOutcome } from '../protocol/history';
import type { ServerMessage } from '../protocol/messages';
import type { EventChannel } from '../transport/EventChannel';
import { WakeableTimer } from '../core/WakeableTimer';
import { JobEventLog } from './JobEventLog';
import { JobRecord, type JobProgress } from './JobRecord';
import { JobWaiter, type JobEnd } from './JobWaiter';
import { isRetryable } from '../core/retry';

/** Pauses between looks, ms: while events come the looks are only a safety net. */
const CALM = [1_000, 2_000, 4_000, 8_000, 15_000];
const ALONE = [250, 500, 1_000, 1_000, 2_000];
/** Between the look that misses a job and the one that declares it lost. */
const SOON_MS = 300;
/** At most one look per second is caused by the queue's broadcasts, however busy the server is. */
const BROADCAST_MS = 1_000;
/** A server that restarts needs minutes at the most. */
const UNREACHABLE_MS = 180_000;
/** How far the socket may be behind HTTP. */
const EVENTS_BEHIND_MS = 2_000;
/** `execution_success` and `executing null` come while the history entry is being written. */
const HISTORY_TRIES = 10;
const HISTORY_PAUSE_MS = 50;

/**
 * Watches any number of jobs of one host over one socket and one polling loop. The host's own word
 * (history or jobs API) decides how a job ended; events only make it fast.
 */
export class JobMonitor {
	private readonly watches = new Map<string, JobWaiter>();
	private readonly heard = new JobEventLog();
	private readonly stop = new AbortController();
	private channel?: EventChannel;
	private loop?: Promise<void>;
	private readonly alarm = new WakeableTimer();
	private queueRemaining?: number;
	private connectionLost = false;
	/** The server has answered a look. */
	private reached = false;
	/** Events of our own jobs have come over this connection: it is no deaf one (see EventChannel). */
	private trusted = false;

	constructor(
		private readonly host: Host,
		private readonly clientId: string,
	) {}

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

	/** Keeps what the events tell of a job from before it is handed in; `rename` or `dismiss` has to follow. */
	expect(promptId: string, workflow?: JobRecord['workflow']): JobRecord {
		this.heard.submitting();
		return this.keep(promptId, workflow);
	}

	private keep(promptId: string, workflow?: JobRecord['workflow']): JobRecord {
		const record = this.heard.of(promptId);
		record.workflow ??= workflow;
		record.complete = this.channel?.connected === true;
		return record;
	}

	/** The job was taken. @param promptId its id, which the host may have chosen */
	rename(record: JobRecord, promptId: string): JobRecord {
		const renamed = record.promptId !== promptId;
		if (renamed) this.heard.forget(record.promptId);
		const kept = renamed ? this.keep(promptId, record.workflow) : record;
		this.heard.submitted();
		return kept;
	}

	/** The job was not taken. */
	dismiss(record: JobRecord): void {
		this.heard.forget(record.promptId);
		this.heard.submitted();
	}

	/** How a job stands as far as it is known. @param look what the host says of it just now */
	progress(promptId: string, look?: JobStatus): JobProgress {
		const record = this.heard.get(promptId) ?? new JobRecord(promptId);
		if (look?.state === 'running') record.applyLook(look);
		return record.progress();
	}

	/**
	 * Waits until a job has ended.
	 * @throws AbortedError when the signal fires or the monitor is closed
	 */
	async wait(
		promptId: string,
		{ signal, onProgress }: { signal?: AbortSignal; onProgress?: (progress: JobProgress) => void } = {},
	): Promise<JobEnd> {
		const watch = this.watch(promptId);
		watch.waiters += 1;
		if (this.loop) this.alarm.within(0);
		else this.loop = this.run();
		const { controller, unlink } = linkSignals(signal, this.stop.signal); // a closed monitor tells nothing more
		try {
			return await orAborted(watch.ended(onProgress), { signal: controller.signal });
		} finally {
			unlink();
			watch.waiters -= 1;
			if (watch.waiters === 0) this.drop(watch);
		}
	}

	/** Ends the socket, the loop and every timer. */
	async close(): Promise<void> {
		this.stop.abort();
		this.alarm.within(0);
		await Promise.all([this.channel?.close(), this.loop]);
	}

	private watch(promptId: string): JobWaiter {
		const existing = this.watches.get(promptId);
		if (existing) return existing;
		const watch = new JobWaiter(this.heard.of(promptId));
		this.watches.set(promptId, watch);
		return watch;
	}

	/** Ends a watch. What was heard of the job goes with it: a client that lives long must not keep every picture. */
	private settle(watch: JobWaiter, end: JobEnd): void {
		this.drop(watch);
		this.heard.forget(watch.record.promptId);
		watch.settle(end);
	}

	/** Stops asking for a job; the loop ends with the last one. */
	private drop(watch: JobWaiter): void {
		const { promptId } = watch.record;
		if (this.watches.get(promptId) === watch) this.watches.delete(promptId);
		if (this.watches.size === 0) this.alarm.within(0);
	}

	private async run(): Promise<void> {
		let quiet = 0;
		let downSince: number | undefined;
		while (!this.stop.signal.aborted && this.watches.size > 0) {
			this.alarm.clear();
			try {
				const changed = await this.look();
				quiet = changed ? 0 : quiet + 1;
				downSince = undefined;
				this.reached = true;
			} catch (error) {
				if (this.stop.signal.aborted) break;
				quiet += 1;
				this.connectionLost ||= error instanceof ConnectionError;
				downSince ??= now();
				if (!isRetryable(error, this.reached) || now() - downSince > UNREACHABLE_MS) this.failAll(error);
			}
			const pauses = this.channel?.connected && this.trusted ? CALM : ALONE;
			await this.alarm.pause(pauses[Math.min(quiet, pauses.length - 1)], { signal: this.stop.signal });
		}
		this.loop = undefined;
	}

	/** One look at all jobs; returns whether any of them changed. */
	private async look(): Promise<boolean> {
		const ids = [...this.watches.keys()];
		const looks = await this.host.jobs.getJobs(ids, { signal: this.stop.signal });
		let changed = false;
		for (const id of ids) {
			const watch = this.watches.get(id);
			if (watch) changed = this.take(watch, looks.get(id) ?? { state: 'absent' }) || changed;
		}
		return changed;
	}

	private take(watch: JobWaiter, look: JobStatus): boolean {
		const { record } = watch;
		if (watch.finishing) return false;
		if (look.state === 'ended') {
			void this.settleWhenHeard(watch, look.outcome);
			return true;
		}
		if (look.state === 'absent') {
			watch.missingSince ??= now();
			if (now() - watch.missingSince >= SOON_MS) this.lose(watch);
			else this.alarm.within(SOON_MS);
			return true;
		}
		const before = `${record.state} ${record.position}`;
		watch.missingSince = undefined;
		this.connectionLost = false; // whatever happened to the connection, it was no restart that lost this job
		watch.known = true;
		record.workflow ??= look.workflow;
		// Events may be ahead of the look, never behind: running does not become pending again.
		if (record.state !== 'running') {
			record.state = look.state;
			record.position = look.state === 'pending' ? look.position : undefined;
		}
		const advanced = look.state === 'running' && record.applyLook(look);
		const changed = before !== `${record.state} ${record.position}`;
		if (changed || advanced) watch.tell();
		return changed;
	}

	/**
	 * HTTP can be ahead of the socket: what is still on its way there (pictures that exist only as
	 * frames, which nodes ran) belongs to the result.
	 */
	private async settleWhenHeard(watch: JobWaiter, outcome: JobOutcome): Promise<void> {
		if (watch.finishing) return;
		watch.finishing = true;
		const { record } = watch;
		if (record.complete && this.channel?.connected)
			await record.heardAll(EVENTS_BEHIND_MS, { signal: this.stop.signal });
		this.settle(watch, { kind: 'ended', outcome, record });
	}

	/** Neither queued nor running nor in the history, twice in a row. */
	private lose(watch: JobWaiter): void {
		const { record, known } = watch;
		if (record.succeeded) {
			// It ended well while we listened; only its history entry is gone.
			const outcome: JobOutcome = {
				status: 'success',
				outputs: record.outputs,
				displayNodes: record.displayNodes,
				workflow: record.workflow,
				cachedNodes: record.cachedNodes,
				startedAt: record.startedAt,
				endedAt: record.endedAt,
				note: 'The history entry was gone; the outputs are those that the events told.',
			};
			this.settle(watch, { kind: 'ended', outcome, record });
		} else {
			this.settle(watch, { kind: 'lost', restarted: this.connectionLost, known, record });
		}
	}

	/** The server said that a job ended: read how, a few times, before the polling loop takes over. */
	private async finish(watch: JobWaiter): Promise<void> {
		if (watch.finishing) return;
		watch.finishing = true;
		try {
			for (let tries = 0; tries < HISTORY_TRIES && this.watches.has(watch.record.promptId); tries++) {
				const outcome = await this.host.jobs.outcome(watch.record.promptId, { signal: this.stop.signal });
				if (outcome) return this.settle(watch, { kind: 'ended', outcome, record: watch.record });
				await delay(HISTORY_PAUSE_MS * (tries + 1), { signal: this.stop.signal });
			}
		} catch {
			// the polling loop meets the same failure and reports it
		} finally {
			watch.finishing = false;
		}
		this.alarm.within(0);
	}

	private failAll(error: unknown): void {
		for (const watch of [...this.watches.values()])
			this.settle(watch, { kind: 'failed', error, record: watch.record });
	}

	private onMessage(message: ServerMessage): void {
		if (message.type === 'status') return this.onQueueCount(message.data.status?.exec_info?.queue_remaining);
		const heard = this.heard.take(message);
		if (!heard) return;
		if (message.type !== 'progress' && message.type !== 'progress_state') this.trusted = true;
		const watch = this.watches.get(heard.record.promptId);
		if (!watch) return;
		watch.known = true;
		if (heard.ended) void this.finish(watch);
		else watch.tell();
	}

	private onFrame(frame: Frame): void {
		const record = this.heard.takeFrame(frame);
		if (record) this.watches.get(record.promptId)?.tell();
	}

	private onConnection(connected: boolean): void {
		if (!connected) {
			this.connectionLost = true;
			this.trusted = false;
			this.heard.interrupted();
		}
		this.alarm.within(0);
	}

	/** Deleted jobs get no event; the count that everybody is told falls. */
	private onQueueCount(remaining: number | undefined): void {
		const fell =
			remaining !== undefined && this.queueRemaining !== undefined && remaining < this.queueRemaining;
		this.queueRemaining = remaining;
		if (!fell) return;
		for (const { record } of this.watches.values()) {
			if (record.state !== 'running') return this.alarm.within(BROADCAST_MS);
		}
	}
}
