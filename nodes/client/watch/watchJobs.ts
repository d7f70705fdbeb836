import { linkSignals } from '../core/time';
import {
	asError,
	ConnectionError,
	copyError,
	HttpError,
	isComfyUiError,
	InvalidInputError,
	NotFoundError,
	NotSupportedError,
	UnexpectedResponseError,
} from '../core/errors';
import { isRetryable } from '../core/retry';
import { WakeableTimer } from '../core/WakeableTimer';
import type { Host } from '../hosts/Host';
import type { HostWatcher, JobChanges, JobRow } from '../hosts/HostWatcher';
import { toJobStatus } from '../jobs/result';
import type { ServerMessage } from '../protocol/messages';
import type { EventChannel } from '../transport/EventChannel';
import {
	WATCH_EVENTS,
	type WatchedJob,
	type WatchEvent,
	type WatchEventType,
	type WatchOptions,
} from './events';
import { OpenEvents } from './OpenEvents';
import { type HostCursor, jobsPerServer, readCursor, readPoolCursor, WatchState } from './WatchCursor';

/** Pauses after a failed poll, ms: doubled from the first to the last. */
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 60_000;
/** Failed polls after which a host counts as offline: one may be a connection that broke. */
const OFFLINE_AFTER = 2;
const MIN_POLL_MS = 1_000;
/** Statuses with which a proxy says that the host behind it does not answer. */
const UNREACHABLE = new Set([502, 503, 504]);
/** What jobs have in their states, by the event that reports it. */
const EVENT_OF_STATE = { success: 'finished', error: 'failed', interrupted: 'cancelled' } as const;

/**
 * Watches the jobs of all clients of a host until the signal fires. Events of the socket only say when to poll; the
 * host's own list of jobs says what happened, so a restart of either side, a broken connection and a time without a
 * watch lose nothing that the host still knows.
 * @throws NotSupportedError where the host does not list the jobs of all clients, InvalidInputError for a bad option
 * @throws AuthenticationError and other errors that no later poll corrects; the error of `onEvent`
 */
export async function watchJobs(host: Host, options: WatchOptions): Promise<void> {
	const { watcher, pool } = host;
	if (!watcher && !pool) {
		throw new NotSupportedError(
			`${host.name} does not list the jobs of all clients, so they cannot be watched.`,
			'Wait for the jobs that you submit yourself, or give them a callback URL.',
		);
	}
	if (options.pollMs !== undefined && !(options.pollMs >= MIN_POLL_MS)) {
		throw new InvalidInputError(`The polling interval must be at least ${MIN_POLL_MS} ms.`);
	}
	if (watcher?.ofOneWorkflow && !options.workflowId?.trim()) {
		throw new InvalidInputError(
			`${host.name} lists the jobs of one workflow, and the ID of the workflow is missing.`,
			'Enter the ID of the workflow, which is in the address of its page.',
		);
	}
	if (options.signal?.aborted) return;
	if (pool) await watchPool(pool.servers, options);
	else if (watcher) await new JobWatch(host, watcher, options).run();
}

/** Watches each server of a pool by itself. One that is down, or refuses the credential later on, does not end the watch. */
async function watchPool(servers: ReadonlyMap<string, Host>, options: WatchOptions): Promise<void> {
	const { controller, unlink } = linkSignals(options.signal);
	const { signal } = controller;
	const cursors = readPoolCursor(options.since);
	for (const name of cursors.keys()) if (!servers.has(name)) cursors.delete(name);
	let notPolled = servers.size;
	// before each server was asked once, a watch that continues there would not know what to leave out
	const report = () => {
		if (notPolled > 0) return;
		const online = [...cursors.values()].some((cursor) => cursor.online !== false);
		options.onCursor?.({ version: 1, servers: Object.fromEntries(cursors), online });
	};
	const watches = [...servers].map(async ([server, host]) => {
		const watch = new JobWatch(host, host.watcher as HostWatcher, {
			...options,
			signal,
			since: cursors.get(server),
			maxJobs: jobsPerServer(servers.size),
			onEvent: async (event) => await options.onEvent({ ...event, server }),
			onCursor: (cursor) => {
				cursors.set(server, cursor as HostCursor);
				report();
			},
			onFirstPoll: () => {
				notPolled -= 1;
				report();
			},
		});
		await watch.run().finally(() => controller.abort()); // the first that ends, ends them all
	});
	const results = await Promise.allSettled(watches).finally(unlink);
	for (const result of results) if (result.status === 'rejected') throw asError(result.reason);
}

interface JobWatchOptions extends WatchOptions {
	/** Jobs that the cursor remembers. */
	maxJobs?: number;
	/** The host has answered for the first time, or has failed to. */
	onFirstPoll?(): void;
}

class JobWatch {
	private readonly stop = new AbortController();
	private readonly timer = new WakeableTimer();
	/** What the polls have seen. The state behind the cursor is a second one, which follows when events are handled. */
	private readonly state: WatchState;
	private readonly open: OpenEvents;
	private readonly wanted: ReadonlySet<WatchEventType>;
	private channel?: EventChannel;
	private hasBegun: boolean;
	private readonly running = new Set<string>();
	private queueRemaining = 0;
	private hasAnswered: boolean;

	constructor(
		private readonly host: Host,
		private readonly watcher: HostWatcher,
		private readonly options: JobWatchOptions,
	) {
		const source = watcher.ofOneWorkflow ? `${host.base} ${options.workflowId}` : host.base;
		const cursor = readCursor(options.since, source);
		this.state = new WatchState(source, cursor, options.maxJobs);
		this.hasBegun = this.hasAnswered = cursor !== undefined;
		this.wanted = new Set(options.events ?? WATCH_EVENTS);
		const behind = new WatchState(source, this.state.toCursor(), options.maxJobs);
		// before the first poll no cursor says what is known: all history would be new to a watch that continues there
		const onCursor = (moved: HostCursor) => this.hasBegun && this.options.onCursor?.(moved);
		this.open = new OpenEvents(behind, onCursor, this.stop);
	}

	async run(): Promise<void> {
		const { signal } = this.options;
		const { controller, unlink } = linkSignals(signal, this.stop.signal);
		// A client ID of its own: a second socket would take the events of the first away for good.
		this.channel = this.host.openEvents?.(crypto.randomUUID(), {
			onMessage: (message) => this.onMessage(message),
			onFrame: () => {},
			onConnection: () => this.timer.within(0),
		});
		void this.channel?.ready();
		try {
			await this.loop({ signal: controller.signal });
			this.open.throwIfFailed();
		} catch (error) {
			this.open.throwIfFailed();
			if (!signal?.aborted) throw asError(error);
		} finally {
			unlink();
			this.stop.abort();
			await this.channel?.close();
		}
	}

	private async loop({ signal }: { signal: AbortSignal }): Promise<void> {
		let isFirst = true;
		for (let failedPolls = 0; !signal.aborted; isFirst = false) {
			this.timer.clear();
			let pauseMs = this.pauseMs;
			try {
				await this.poll({ signal });
				failedPolls = 0;
			} catch (error) {
				if (signal.aborted || !this.isTemporary(error)) throw inServer(error, this.host);
				failedPolls += 1;
				if (failedPolls >= OFFLINE_AFTER && this.isOffline(error)) await this.setOnline(false);
				pauseMs = retryPause(failedPolls, error);
			}
			if (isFirst) this.options.onFirstPoll?.();
			await this.timer.pause(pauseMs, { signal });
		}
	}

	private get pauseMs(): number {
		const { withEvents, withoutEvents } = this.watcher.pausesMs;
		return this.channel?.connected ? withEvents : (this.options.pollMs ?? withoutEvents);
	}

	private async poll({ signal }: { signal: AbortSignal }): Promise<void> {
		const queue = this.wanted.has('started') || this.wanted.has('queueEmpty');
		const { workflowId } = this.options;
		const known = this.hasBegun ? this.state : undefined;
		const found = await this.watcher.changes(known, { queue, workflowId, signal });
		this.hasAnswered = true;
		if (!known) this.begin(found);
		await this.setOnline(true);
		if (known) await this.report(found, { signal });
	}

	/** Once the host has answered, a page of a proxy in its place says that the host is away. */
	private isTemporary(error: unknown): boolean {
		const isFromProxy = error instanceof UnexpectedResponseError || error instanceof NotFoundError;
		const isOfOneServer = this.host.serverName !== undefined && isComfyUiError(error);
		return isRetryable(error, this.hasAnswered) || (this.hasAnswered && (isFromProxy || isOfOneServer));
	}

	/** A server of a pool that can be used for no jobs, such as after a change of its password, counts as offline too. */
	private isOffline(error: unknown): boolean {
		return isUnreachable(error) || (this.host.serverName !== undefined && !isRetryable(error, true));
	}

	/** The first poll: what has ended before is known, and not reported. */
	private begin({ ended, active = [] }: JobChanges): void {
		this.hasBegun = true;
		for (const { promptId } of this.notRunningBefore(active)) this.running.add(promptId);
		const facts = { active: idsOf(active), busy: active.length > 0 };
		const apply = (state: WatchState) => {
			for (const { promptId, endedAt } of ended) state.addEnd(promptId, endedAt);
			Object.assign(state, facts);
		};
		apply(this.state);
		this.open.add(apply);
	}

	private async report(changes: JobChanges, { signal }: { signal: AbortSignal }): Promise<void> {
		const { ended, active } = changes;
		this.passOver(changes);
		for (const row of ended) await this.reportEnd(row, { signal });
		await this.reportStarts(active ?? [], { signal });
		if (!active) return;
		const isEmpty = active.length === 0;
		const wasEmptied = isEmpty && (this.state.busy || ended.length > 0);
		if (wasEmptied) await this.reportHostEvent('queueEmpty', (state) => (state.busy = false));
		const facts = { active: idsOf(active), busy: !isEmpty };
		const isChanged =
			facts.busy !== this.state.busy ||
			facts.active.size !== this.state.active.size ||
			[...facts.active].some((id) => !this.state.active.has(id));
		if (!isChanged) return;
		Object.assign(this.state, facts);
		this.open.add((state) => Object.assign(state, facts));
	}

	/** What somebody deleted from the list of the host, or a restart of the host, makes no event. */
	private passOver({ older = [], isEmpty = false }: JobChanges): void {
		if (older.length === 0 && !(isEmpty && this.state.endedAt !== undefined)) return;
		const apply = (state: WatchState) => {
			for (const { promptId, endedAt } of older) state.addEnd(promptId, endedAt);
			if (isEmpty) state.endedAt = undefined;
		};
		apply(this.state);
		this.open.add(apply);
	}

	private async reportEnd(row: JobRow, { signal }: { signal: AbortSignal }): Promise<void> {
		const { promptId, endedAt } = row;
		const type = EVENT_OF_STATE[row.state as keyof typeof EVENT_OF_STATE];
		const wantsStart = this.wanted.has('started') && !this.running.has(promptId);
		const isWanted = this.wanted.has(type) || wantsStart;
		const job = isWanted ? await this.toJob(row, { signal }) : undefined;
		const apply = (state: WatchState) => state.addEnd(promptId, endedAt);
		apply(this.state);
		this.running.delete(promptId);
		if (!job || !this.isOfWorkflow(job)) return this.open.add(apply);
		if (wantsStart && hasRun(job))
			await this.reportEvent({ type: 'started', id: `started:${promptId}`, job });
		if (!this.wanted.has(type)) return this.open.add(apply);
		await this.reportEvent({ type, id: `${type}:${promptId}`, job }, apply);
	}

	/** A job that ran between two polls is not seen while it runs; its start is then reported with its end. */
	private async reportStarts(active: JobRow[], { signal }: { signal: AbortSignal }): Promise<void> {
		if (!this.wanted.has('started')) return;
		for (const row of this.notRunningBefore(active)) {
			const { promptId } = row;
			const found = this.watcher.running ? await this.watcher.running(promptId, { signal }) : row;
			if (!found) continue;
			this.running.add(promptId);
			const { clientId, submittedBy, workflowId, workflow } = found;
			const facts = { clientId, submittedBy, workflowId, workflow };
			const job: WatchedJob = { promptId, state: 'running', ...facts };
			if (!this.isOfWorkflow(job)) continue;
			await this.reportEvent({ type: 'started', id: `started:${promptId}`, job });
		}
	}

	private notRunningBefore(active: JobRow[]): JobRow[] {
		return active.filter(
			({ state, promptId }) =>
				state === 'running' && !this.running.has(promptId) && !this.state.has(promptId),
		);
	}

	private isOfWorkflow({ workflowId }: WatchedJob): boolean {
		const wanted = this.options.workflowId;
		return wanted === undefined || workflowId === wanted || this.watcher.ofOneWorkflow === true;
	}

	/** An ended job with what it made. The list of some hosts is without, then the job is asked for. */
	private async toJob(row: JobRow, { signal }: { signal: AbortSignal }): Promise<WatchedJob> {
		const { promptId, endedAt } = row;
		const outcome = row.outcome ?? (await this.host.jobs.outcome(promptId, { signal }));
		const workflowId = row.workflowId ?? outcome?.workflowId;
		return {
			promptId,
			state: row.state as WatchedJob['state'],
			clientId: outcome?.clientId,
			submittedBy: outcome?.submittedBy,
			workflowId,
			workflow: outcome?.workflow,
			startedAt: outcome?.startedAt,
			endedAt,
			...(outcome && (await toJobStatus(promptId, outcome, this.host))),
		};
	}

	private async setOnline(online: boolean): Promise<void> {
		if (this.state.online === online) return;
		const isKnown = this.state.online !== undefined;
		const apply = (state: WatchState) => (state.online = online);
		this.state.online = online;
		if (isKnown) await this.reportHostEvent(online ? 'online' : 'offline', apply);
		else this.open.add(apply);
	}

	private async reportHostEvent(
		type: 'queueEmpty' | 'online' | 'offline',
		change: (state: WatchState) => unknown,
	): Promise<void> {
		const id = this.state.nextHostEvent(type);
		const { hostEvents } = this.state;
		const apply = (state: WatchState) => {
			state.hostEvents = hostEvents;
			change(state);
		};
		if (this.wanted.has(type)) await this.reportEvent({ type, id }, apply);
		else this.open.add(apply);
	}

	private async reportEvent(event: WatchEvent, apply: (state: WatchState) => void = () => {}): Promise<void> {
		await this.open.handle(() => this.options.onEvent(event), apply);
	}

	/** The end of a job makes the count in `status` fall; its entry in the history is there already. */
	private onMessage(message: ServerMessage): void {
		if (message.type === 'status') {
			const remaining = message.data.status?.exec_info?.queue_remaining ?? 0;
			const hasRisen = remaining > this.queueRemaining;
			this.queueRemaining = remaining;
			if (!hasRisen) this.timer.within(0);
		} else if (message.type.startsWith('execution_')) {
			this.timer.within(0);
		}
	}
}

/** The error with the name of the server, on a pool. */
function inServer(error: unknown, { serverName }: Host): Error {
	if (serverName === undefined || !isComfyUiError(error)) return asError(error);
	return copyError(error, { message: `${serverName}: ${error.message}` });
}

/** A job that was cancelled while it waited has not started. */
const hasRun = ({ state, startedAt }: WatchedJob) => state !== 'interrupted' || startedAt !== undefined;

const idsOf = (rows: JobRow[]) => new Set(rows.map(({ promptId }) => promptId));

function isUnreachable(error: unknown): boolean {
	return error instanceof ConnectionError || (error instanceof HttpError && UNREACHABLE.has(error.status));
}

function retryPause(failedPolls: number, error: unknown): number {
	const pause = Math.min(FIRST_RETRY_MS * 2 ** (failedPolls - 1), MAX_RETRY_MS);
	return Math.max(pause, error instanceof HttpError ? (error.retryAfterMs ?? 0) : 0);
}
