import { type AbortOptions, delay, linkSignals } from './core/time';
import { toApiFormat } from './convert/toApiFormat';
import {
	CancelledError,
	InterruptedError,
	InvalidInputError,
	JobLostError,
	asError,
	type ComfyUiError,
} from './core/errors';
import type {
	CancelResult,
	DownloadOptions,
	FileAddress,
	Host,
	Submission,
	Submitted,
	Upload,
	UploadedFile,
} from './hosts/Host';
import { connectSelfHosted, type ConnectOptions } from './hosts/selfHosted/connect';
import { JobMonitor } from './jobs/JobMonitor';
import type { JobProgress, JobRecord } from './jobs/JobRecord';
import { toLook, toResult, type JobResult, type ResultOptions, toTimeoutError } from './jobs/result';
import { assertPossible, partlyRefused, toSubmission, type QueueOptions } from './jobs/submission';
import type { JobEnd } from './jobs/JobWaiter';
import type { NodeErrors } from './protocol/validation';
import { ServerVerbs } from './ServerVerbs';
import type { ByteStream } from './transport/http';
import { readWorkflow } from './workflow/parse';
import type { ApiWorkflow } from './core/ApiWorkflow';

export type { ConnectOptions, QueueOptions };

/** A job that the server took. */
export interface QueuedJob {
	promptId: string;
	/** Whose events the job's are. */
	clientId: string;
	/** A counter (or the given number), not the position in the queue. */
	number?: number;
	/** Outputs that will not run, although the rest will. */
	nodeErrors: NodeErrors;
}

/** How to wait. */
export interface WaitOptions extends ResultOptions {
	/** Deadline, ms from now. Default one hour. */
	timeoutMs?: number;
	signal?: AbortSignal;
	onProgress?: (progress: JobProgress) => void;
}

const DEFAULT_TIMEOUT_MS = 60 * 60_000;
/** Events are a convenience: a proxy that swallows the upgrade must not hold a job up for longer. */
const SUBSCRIBE_WITHIN_MS = 5_000;

/**
 * A ComfyUI, wherever it runs. One client holds at most one socket, however many jobs it watches;
 * `close` it when done.
 */
export class ComfyUiClient extends ServerVerbs {
	readonly clientId: string;
	private readonly monitor: JobMonitor;
	private readonly cancelled = new Set<string>();

	/** A client over any host. @param clientId whose events to listen to; fresh when left out */
	constructor(
		readonly host: Host,
		clientId?: string,
	) {
		super();
		this.clientId = clientId || crypto.randomUUID();
		this.monitor = new JobMonitor(host, this.clientId);
	}

	/** A client of a self-hosted server. @throws InvalidInputError for a URL that cannot be one */
	static connect(options: ConnectOptions): ComfyUiClient {
		return new ComfyUiClient(connectSelfHosted(options), options.clientId);
	}

	/**
	 * Hands in a workflow (object, JSON text, or a wrapper around it; the editor's format is converted), or runs a
	 * deployment.
	 * @param workflow ignored, and may be undefined, when the options name a deployment
	 * @throws ValidationError when the server refuses it, InvalidWorkflowError before anything is sent
	 */
	async queuePrompt(workflow: unknown, options: QueueOptions = {}): Promise<QueuedJob> {
		assertPossible(options, this.host);
		const sent = options.deployment ? {} : await this.runnable(workflow, { signal: options.signal });
		const submission = toSubmission(sent, this.clientId, options);
		if (options.events !== false) await this.subscribe({ signal: options.signal });
		const record = this.monitor.expect(submission.promptId, submission.workflow);
		const { promptId, number, nodeErrors } = await this.handIn(submission, record, {
			signal: options.signal,
		});
		if (options.failOnNodeErrors && Object.keys(nodeErrors).length > 0) {
			await this.host.jobs.cancel(promptId, { signal: options.signal });
			throw partlyRefused(nodeErrors, submission.workflow);
		}
		return { promptId, clientId: this.clientId, number, nodeErrors };
	}

	/**
	 * Waits until a job has ended and says what it made.
	 * @throws ExecutionError, InterruptedError, CancelledError, JobLostError when it did not end well
	 * @throws JobTimeoutError at the deadline (the job goes on), AbortedError when the signal fires
	 */
	async waitForCompletion(promptId: string, options: WaitOptions = {}): Promise<JobResult> {
		assertPromptId(promptId);
		const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
		if (!(timeoutMs >= 0)) throw new InvalidInputError('The timeout is not a number of milliseconds.');
		const { controller, unlink } = linkSignals(options.signal);
		const deadline = delay(timeoutMs, { signal: controller.signal }).then(() => 'deadline' as const);
		deadline.catch(() => {});
		try {
			void this.subscribe({ signal: controller.signal }).catch(() => {}); // polling begins meanwhile
			const waiting = this.monitor.wait(promptId, {
				signal: controller.signal,
				onProgress: options.onProgress,
			});
			const result = waiting.then(async (end) => await this.resultOf(end, options)); // may ask the host too
			const found = await Promise.race([result, deadline]);
			if (found === 'deadline') throw toTimeoutError(this.monitor.progress(promptId), timeoutMs);
			return found;
		} finally {
			controller.abort();
			unlink();
		}
	}

	/**
	 * How a job stands now, without waiting; `lost` when the server does not know it. An ended job comes with
	 * what it made and, unless it ended well, with the error that `waitForCompletion` would throw.
	 */
	async getJob(
		promptId: string,
		{ signal, ...options }: ResultOptions & AbortOptions = {},
	): Promise<JobProgress & { result?: JobResult; error?: ComfyUiError }> {
		assertPromptId(promptId);
		const look = (await this.host.jobs.getJobs([promptId], { signal })).get(promptId) ?? { state: 'absent' };
		if (look.state === 'absent') return { promptId, state: 'lost' };
		if (look.state === 'ended') {
			const { outcome } = look;
			return { promptId, state: outcome.status, ...(await toLook(promptId, outcome, this.host, options)) };
		}
		const position = look.state === 'pending' ? look.position : undefined;
		return { ...this.monitor.progress(promptId, look), state: look.state, position };
	}

	/** Stops exactly this job, whether it is queued or running; other jobs go on. */
	async cancel(promptId: string, { signal }: AbortOptions = {}): Promise<CancelResult> {
		assertPromptId(promptId);
		this.cancelled.add(promptId);
		return await this.host.jobs.cancel(promptId, { signal });
	}

	/** The bytes of a file, as a stream; a Node.js Readable wherever one can be had. */
	async download(file: FileAddress, options?: DownloadOptions): Promise<ByteStream> {
		return (await this.openFile(file, options)).stream;
	}

	/** Like {@link download}, with size and type where the server tells them. */
	async openFile(
		file: FileAddress,
		options?: DownloadOptions,
	): Promise<{ stream: ByteStream; size?: number; mimeType?: string }> {
		if (file.data)
			return { stream: new Blob([file.data]).stream() as unknown as ByteStream, size: file.data.byteLength };
		return await this.host.files.download(file, options);
	}

	/** Stores a file on the server; `value` of the answer is what LoadImage takes. */
	async uploadImage(upload: Upload, { signal }: AbortOptions = {}): Promise<UploadedFile> {
		return await this.host.files.upload(upload, { signal });
	}

	/** Ends the socket and every timer. Jobs on the server go on. */
	async close(): Promise<void> {
		await this.monitor.close();
		await this.host.close();
	}

	/** In API format, whatever it was. */
	private async runnable(source: unknown, { signal }: AbortOptions = {}): Promise<ApiWorkflow> {
		const { workflow, uiWorkflow } = readWorkflow(source);
		return workflow ?? toApiFormat(uiWorkflow, await this.objectInfo({ signal })).prompt;
	}

	private async handIn(
		submission: Submission,
		record: JobRecord,
		{ signal }: AbortOptions = {},
	): Promise<Submitted> {
		try {
			const submitted = await this.host.jobs.submit(submission, { signal });
			this.monitor.rename(record, submitted.promptId);
			return submitted;
		} catch (error) {
			this.monitor.dismiss(record);
			throw asError(error);
		}
	}

	/** Subscribes to events, for a limited time; without them polling does the work. */
	private async subscribe({ signal }: AbortOptions = {}): Promise<void> {
		const { controller, unlink } = linkSignals(signal);
		try {
			await Promise.race([this.monitor.connect(), delay(SUBSCRIBE_WITHIN_MS, { signal: controller.signal })]);
		} finally {
			controller.abort();
			unlink();
		}
	}

	private async resultOf(end: JobEnd, options: ResultOptions): Promise<JobResult> {
		const { promptId } = end.record;
		try {
			return await toResult(end, this.host, options);
		} catch (error) {
			const stopped = error instanceof InterruptedError || error instanceof JobLostError;
			if (!stopped || !this.cancelled.has(promptId)) throw asError(error);
			throw cancelledError(promptId);
		}
	}
}

function assertPromptId(promptId: unknown): asserts promptId is string {
	if (typeof promptId === 'string' && promptId.trim() && promptId.length <= 200) return;
	throw new InvalidInputError(
		'The prompt ID is empty.',
		'Pass on the "promptId" that Queue Prompt returned.',
	);
}

function cancelledError(promptId: string): CancelledError {
	return new CancelledError('The job was cancelled.', promptId);
}
