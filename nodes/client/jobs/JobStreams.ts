import { type AbortOptions, delay, linkSignals } from '../core/time';
import { HttpError } from '../core/errors';
import type { HostJobs, JobStatus } from '../hosts/HostJobs';
import type { JobProgress } from './JobRecord';
import type { JobWaiter } from './JobWaiter';
import { Semaphore } from '../core/Semaphore';

/** The proxy of Comfy.org serves eight streams to all of its clients. */
const MAX_STREAMS = 4;
/** Between the end of a stream and the next one for the same job. */
const FOLLOW_AGAIN_MS = 2_000;
/** Failed streams in a row after which a job is only polled. */
const MAX_FAILED_STREAMS = 5;

/** What the streams report. */
interface StreamListener {
	onStatus(waiter: JobWaiter, status: JobStatus): void;
	/** A stream says that its job has ended. */
	onEnd(): void;
}

/** The streams of those jobs of a host whose progress somebody looks at. */
export class JobStreams {
	private readonly streams = new Semaphore(MAX_STREAMS);
	private isSupported: boolean;

	/** @param options.signal ends all streams */
	constructor(
		private readonly jobs: HostJobs,
		private readonly listener: StreamListener,
		private readonly options: Required<AbortOptions>,
	) {
		this.isSupported = jobs.follow !== undefined;
	}

	/** Listens to the stream of a job, where the host has streams, until its wait ends. Polling goes on meanwhile. */
	async follow(waiter: JobWaiter): Promise<void> {
		if (!this.isSupported || waiter.stopFollowing) return;
		waiter.stopFollowing = new AbortController();
		const { controller, unlink } = linkSignals(waiter.stopFollowing.signal, this.options.signal);
		try {
			await this.followAgain(waiter, { signal: controller.signal });
		} catch {
			// the wait ended
		} finally {
			unlink();
		}
	}

	private async followAgain(waiter: JobWaiter, { signal }: { signal: AbortSignal }): Promise<void> {
		const { promptId } = waiter.record;
		const listener = {
			onStatus: (status: JobStatus) => {
				waiter.isStreaming = true;
				this.listener.onStatus(waiter, status);
			},
			onEnd: () => this.listener.onEnd(),
			onPreview: (preview: JobProgress['preview']) => {
				waiter.record.preview = preview;
				waiter.notify();
			},
		};
		const followOnce = async () => await this.jobs.follow?.(promptId, listener, { signal });
		for (let failed = 0; this.isSupported && failed < MAX_FAILED_STREAMS; ) {
			let pauseMs = FOLLOW_AGAIN_MS;
			const end = await this.streams.run(followOnce, { signal }).catch((error: unknown) => {
				if (error instanceof HttpError) pauseMs = Math.max(pauseMs, error.retryAfterMs ?? 0);
				failed += 1;
				return undefined;
			});
			waiter.isStreaming = false;
			if (end === 'ended') return;
			if (end === 'unsupported') this.isSupported = false;
			else await delay(pauseMs, { signal });
		}
	}
}
