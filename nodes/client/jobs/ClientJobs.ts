import {
	asError,
	CancelledError,
	ConnectionError,
	InterruptedError,
	InvalidInputError,
	JobLostError,
	type ComfyUiError,
} from '../core/errors';
import { type AbortOptions, delay, linkSignals, now } from '../core/time';
import type { CancelResult, Host, Submission, Submitted } from '../hosts/Host';
import { mayHaveBeenAccepted } from '../hosts/submitOnce';
import { untilDeadline } from './deadline';
import { DEFAULT_TIMEOUT_MS } from './JobAttempts';
import { JobMonitor } from './JobMonitor';
import type { JobProgress } from './JobRecord';
import type { JobEnd } from './JobWaiter';
import {
	savesToSocket,
	toJobStatus,
	toResult,
	toTimeoutError,
	type JobResult,
	type ResultOptions,
	type WaitOptions,
} from './result';
import { toPartialError, type QueuedJob, type QueueOptions } from './submission';
import { cancelWithRetries, describeUncancelled } from './SubmittedJobs';

/** Events only make a wait faster: a proxy that swallows the upgrade must not delay a job for longer. */
const SUBSCRIBE_WITHIN_MS = 5_000;

/** The state of a job; for an ended one also what it made and, unless it ended well, the error of a wait for it. */
export type JobSnapshot = JobProgress & { result?: JobResult; error?: ComfyUiError };

/** A job, and the host to ask for it: on a pool a server of it. */
interface FoundJob {
	host: Host;
	promptId: string;
}

/** The jobs of one client, on whichever server of its host they are. */
export class ClientJobs {
	/** One for each server whose jobs were asked for; a host that is no pool counts as one server. */
	private readonly monitors = new Map<Host, JobMonitor>();
	private readonly cancelled = new Set<string>();

	/** @param clientId whose events to subscribe to */
	constructor(
		private readonly host: Host,
		private readonly clientId: string,
	) {}

	/**
	 * Submits a job, on a pool to a server that the pool chooses.
	 * @throws ValidationError when the server refuses it
	 */
	async submit(submission: Submission, options: QueueOptions): Promise<QueuedJob> {
		const { signal } = options;
		let server: string | undefined;
		const submitTo = async (host: Host, submitted: Submission) => {
			server = host.serverName;
			return await this.submitTo(host, submitted, options);
		};
		const { promptId, number, nodeErrors } = this.host.pool
			? await this.host.pool.submit(submission, submitTo, options)
			: await submitTo(this.host, submission);
		if (options.failOnNodeErrors && Object.keys(nodeErrors).length > 0) {
			const hint = await cancelWithRetries(this.host.jobs, promptId, { signal }).then(
				() => undefined,
				(error: unknown) => describeUncancelled([{ promptId, error }]),
			);
			throw toPartialError(nodeErrors, submission.workflow, hint);
		}
		return { promptId, clientId: this.clientId, number, nodeErrors, ...(server && { server }) };
	}

	/**
	 * Waits until a job has ended, and returns what it made.
	 * @throws ExecutionError, InterruptedError, CancelledError, JobLostError when it did not end well
	 * @throws JobTimeoutError at the deadline (the job goes on), AbortedError when the signal fires
	 */
	async wait(promptId: string, options: WaitOptions): Promise<JobResult> {
		assertPromptId(promptId);
		const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
		if (!(timeoutMs >= 0)) throw new InvalidInputError('The timeout is not a number of milliseconds.');
		const { signal, onProgress } = options;
		const deadline = now() + timeoutMs;
		const job = await untilDeadline(async (stop) => await this.find(promptId, stop), deadline, { signal });
		if (job === 'timeout') throw toTimeoutError({ promptId, state: 'unknown' }, timeoutMs);
		const monitor = this.monitorOf(job.host);
		void monitor.connect().catch(() => {}); // polling begins meanwhile
		const limits = { signal, timeoutMs: deadline - now(), onProgress };
		const end = await monitor.wait(job.promptId, limits);
		if (end.kind === 'timeout') throw toTimeoutError(end.record.progress(), timeoutMs, end.observedResponses);
		const readResult = async () => await this.resultOf(job.host, end, options); // may ask the host too
		const result = await untilDeadline(readResult, deadline, { signal });
		if (result === 'timeout') throw toTimeoutError({ promptId: job.promptId, state: 'unknown' }, timeoutMs);
		return result;
	}

	/** The state of a job now, without waiting; `lost` when the server does not know it. */
	async status(
		promptId: string,
		{ signal, ...options }: ResultOptions & AbortOptions = {},
	): Promise<JobSnapshot> {
		assertPromptId(promptId);
		const found = await this.find(promptId, { signal });
		const known = await found.host.jobs.getJobs([found.promptId], { signal });
		const status = known.get(found.promptId) ?? { state: 'absent' };
		if (status.state === 'absent') return { promptId: found.promptId, state: 'lost' };
		if (status.state === 'ended') {
			const { outcome } = status;
			const ended = await toJobStatus(found.promptId, outcome, found.host, options);
			return { promptId: found.promptId, state: outcome.status, ...ended };
		}
		const position = status.state === 'pending' ? status.position : undefined;
		const progress = this.monitorOf(found.host).progress(found.promptId, status);
		return { ...progress, state: status.state, position };
	}

	/** Stops exactly this job, whether it is queued or running. */
	async cancel(promptId: string, { signal }: AbortOptions): Promise<CancelResult> {
		assertPromptId(promptId);
		const job = await this.find(promptId, { signal });
		this.cancelled.add(job.promptId);
		return await job.host.jobs.cancel(job.promptId, { signal });
	}

	/** Ends the sockets and every timer. Jobs go on. */
	async close(): Promise<void> {
		await Promise.all([...this.monitors.values()].map(async (monitor) => await monitor.close()));
	}

	/** The monitor of the jobs of one server. */
	private monitorOf(host: Host): JobMonitor {
		const monitor = this.monitors.get(host) ?? new JobMonitor(host, this.clientId);
		this.monitors.set(host, monitor);
		return monitor;
	}

	/** Where a job is: on a pool the server that has it. A job that no server knows is asked for at the pool, and lost. */
	private async find(promptId: string, { signal }: AbortOptions): Promise<FoundJob> {
		const found = await this.host.pool?.find(promptId, { signal });
		return found ? { host: found.server, promptId: found.promptId } : { host: this.host, promptId };
	}

	private async submitTo(
		host: Host,
		submission: Submission,
		{ events, onGone, signal }: QueueOptions,
	): Promise<Submitted> {
		const monitor = this.monitorOf(host);
		if (events !== false) await subscribe(monitor, { signal });
		const record = monitor.expect(submission.promptId, submission.workflow);
		try {
			const submitted = await host.jobs.submit(submission, { signal });
			monitor.rename(record, submitted.promptId);
			return submitted;
		} catch (error) {
			const isGone = mayHaveBeenAccepted(error) && (await monitor.wentDownBefore(record, { signal }));
			monitor.dismiss(record);
			if (isGone) onGone?.(submission.promptId);
			// as if it had never been sent: another server of the pool may take it
			throw isGone ? new ConnectionError(error.message, 'refused', error.hint) : asError(error);
		}
	}

	private async resultOf(host: Host, end: JobEnd, options: WaitOptions): Promise<JobResult> {
		const { promptId } = end.record;
		try {
			const result = await toResult(end, host, options);
			const reason = this.monitorOf(host).eventsNotSupported;
			const needsEvents =
				options.onProgress !== undefined ||
				Object.values(result.workflow ?? {}).some(({ class_type: type }) => savesToSocket(type));
			return reason && needsEvents ? withoutEvents(result, reason) : result;
		} catch (error) {
			const stopped = error instanceof InterruptedError || error instanceof JobLostError;
			if (!stopped || !this.cancelled.has(promptId)) throw asError(error);
			throw cancelled(promptId);
		}
	}
}

/** Subscribes to events, for a limited time; without them polling does the work. */
async function subscribe(monitor: JobMonitor, { signal }: AbortOptions): Promise<void> {
	const { controller, unlink } = linkSignals(signal);
	try {
		await Promise.race([monitor.connect(), delay(SUBSCRIBE_WITHIN_MS, { signal: controller.signal })]);
	} finally {
		controller.abort();
		unlink();
	}
}

/** The result with the remark that progress, and pictures that are only sent, did not come. */
function withoutEvents(result: JobResult, reason: string): JobResult {
	const warning = `There was no live progress, and no picture over the WebSocket: ${reason}`;
	return { ...result, warnings: [...result.warnings, warning] };
}

function assertPromptId(promptId: unknown): asserts promptId is string {
	if (typeof promptId === 'string' && promptId.trim() && promptId.length <= 200) return;
	throw new InvalidInputError(
		'The prompt ID is empty.',
		'Pass on the "promptId" that Queue Prompt returned.',
	);
}

const cancelled = (promptId: string) => new CancelledError('The job was cancelled.', promptId);
