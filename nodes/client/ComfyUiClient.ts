import { delay, linkSignals } from './delay';
import {
	CancelledError,
	InterruptedError,
	InvalidInputError,
	JobLostError,
	JobTimeoutError,
	NotSupportedError,
	passOn,
	ValidationError,
	type ComfyUiError,
} from './errors';
import type { CancelResult, DownloadOptions, Host, Submission, Upload, UploadedFile } from './hosts/Host';
import type { ServerApi, SystemStats, UserFile } from './hosts/ServerApi';
import type { NodeDefinition, ObjectInfo } from './hosts/selfHosted/Catalogue';
import { connectSelfHosted, type ConnectOptions } from './hosts/selfHosted/connect';
import { JobMonitor, type JobEnd } from './jobs/JobMonitor';
import type { JobProgress } from './jobs/JobRecord';
import { toLook, toResult, type JobResult, type ResultOptions } from './jobs/result';
import type { OutputFile } from './outputs';
import { toProblems, type NodeErrors } from './protocol/validation';
import type { QueueEntry } from './protocol/queue';
import type { ByteStream } from './transport/http';
import { apiWorkflow } from './workflow/parse';
import type { ApiWorkflow } from './workflow/types';

export type { ConnectOptions };

/** How to hand in a job. */
export interface QueueOptions {
	/** Our own lower-case UUID; a fresh one when left out. */
	promptId?: string;
	/** Before everything that is queued. */
	front?: boolean;
	/** Explicit priority; lower runs first. Never use the same twice. */
	number?: number;
	/** Further members of `extra_data`. */
	extraData?: Record<string, unknown>;
	/** The editor's workflow, to be embedded into the files that are made. */
	uiWorkflow?: Record<string, unknown>;
	/** Run only these output nodes (ids). */
	outputNodes?: string[];
	/** Treat a workflow of which only some outputs passed the check as a failure (and take it back). Default false. */
	failOnNodeErrors?: boolean;
	/** Subscribe to events first, so that nothing of the run is missed. Default true. */
	events?: boolean;
	signal?: AbortSignal;
}

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
export class ComfyUiClient {
	readonly clientId: string;
	private readonly monitor: JobMonitor;
	private readonly cancelled = new Set<string>();

	/** A client over any host. @param clientId whose events to listen to; fresh when left out */
	constructor(
		readonly host: Host,
		clientId?: string,
	) {
		this.clientId = clientId || crypto.randomUUID();
		this.monitor = new JobMonitor(host, this.clientId);
	}

	/** A client of a self-hosted server. @throws InvalidInputError for a URL that cannot be one */
	static connect(options: ConnectOptions): ComfyUiClient {
		return new ComfyUiClient(connectSelfHosted(options), options.clientId);
	}

	/**
	 * Hands in a workflow (API format: object, JSON text, or a wrapper around it).
	 * @throws ValidationError when the server refuses it, InvalidWorkflowError before anything is sent
	 */
	async queuePrompt(workflow: unknown, options: QueueOptions = {}): Promise<QueuedJob> {
		const submission = this.toSubmission(apiWorkflow(workflow), options);
		if (options.events !== false) await this.subscribe(options.signal);
		const record = this.monitor.expect(submission.promptId, submission.workflow);
		const { promptId, number, nodeErrors } = await this.host.submit(submission, options.signal);
		this.monitor.rename(record, promptId);
		if (options.failOnNodeErrors && Object.keys(nodeErrors).length > 0) {
			await this.host.cancel(promptId, options.signal);
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
		const { controller, unlink } = linkSignals(options.signal);
		const deadline = delay(timeoutMs, controller.signal).then(() => 'deadline' as const);
		deadline.catch(() => {});
		try {
			void this.subscribe(controller.signal).catch(() => {}); // polling begins meanwhile
			const waiting = this.monitor.wait(promptId, controller.signal, options.onProgress);
			const end = await Promise.race([waiting, deadline]);
			if (end === 'deadline') throw this.toTimeout(promptId, timeoutMs);
			return await this.resultOf(end, options);
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
		signal?: AbortSignal,
		options: ResultOptions = {},
	): Promise<JobProgress & { result?: JobResult; error?: ComfyUiError }> {
		assertPromptId(promptId);
		const look = (await this.host.look([promptId], signal)).get(promptId) ?? { state: 'absent' };
		if (look.state === 'absent') return { promptId, state: 'lost' };
		if (look.state === 'ended') {
			const { outcome } = look;
			return { promptId, state: outcome.status, ...(await toLook(promptId, outcome, this.host, options)) };
		}
		const known = this.monitor.record(promptId)?.progress();
		return {
			...known,
			promptId,
			state: look.state,
			position: look.state === 'pending' ? look.position : undefined,
		};
	}

	/** Stops exactly this job, whether it is queued or running; other jobs go on. */
	async cancel(promptId: string, signal?: AbortSignal): Promise<CancelResult> {
		assertPromptId(promptId);
		this.cancelled.add(promptId);
		return await this.host.cancel(promptId, signal);
	}

	/** The bytes of a file, as a stream; a Node.js Readable wherever one can be had. */
	async download(
		file: Pick<OutputFile, 'filename' | 'subfolder' | 'type' | 'data'>,
		options?: DownloadOptions,
	): Promise<ByteStream> {
		return (await this.openFile(file, options)).stream;
	}

	/** Like {@link download}, with size and type where the server tells them. */
	async openFile(
		file: Pick<OutputFile, 'filename' | 'subfolder' | 'type' | 'data'>,
		options?: DownloadOptions,
	): Promise<{ stream: ByteStream; size?: number; mimeType?: string }> {
		if (file.data)
			return { stream: new Blob([file.data]).stream() as unknown as ByteStream, size: file.data.byteLength };
		return await this.host.download(file, options);
	}

	/** Stores a file on the server; `value` of the answer is what LoadImage takes. */
	async uploadImage(upload: Upload, signal?: AbortSignal): Promise<UploadedFile> {
		return await this.host.upload(upload, signal);
	}

	/** All node types (cached per server), or one (always fresh). */
	objectInfo(options?: { refresh?: boolean; signal?: AbortSignal }): Promise<ObjectInfo>;
	objectInfo(nodeType: string, options?: { signal?: AbortSignal }): Promise<NodeDefinition>;
	async objectInfo(
		first?: string | { refresh?: boolean; signal?: AbortSignal },
		second?: { signal?: AbortSignal },
	): Promise<ObjectInfo | NodeDefinition> {
		if (typeof first === 'string') return await this.server.nodeDefinition(first, second?.signal);
		return await this.server.objectInfo(first?.refresh, first?.signal);
	}

	/** Model folders, or the models in one. */
	async models(folder?: string, signal?: AbortSignal): Promise<string[]> {
		return await this.server.models(folder, signal);
	}

	async embeddings(signal?: AbortSignal): Promise<string[]> {
		return await this.server.embeddings(signal);
	}

	/** Metadata in the header of a safetensors file. */
	async viewMetadata(
		folder: string,
		filename: string,
		signal?: AbortSignal,
	): Promise<Record<string, unknown>> {
		return await this.server.modelMetadata(folder, filename, signal);
	}

	async getSystemStats(signal?: AbortSignal): Promise<SystemStats> {
		return await this.server.systemStats(signal);
	}

	/** What the server says it can do; empty before 0.3.45. */
	async getFeatures(signal?: AbortSignal): Promise<Record<string, unknown>> {
		return await this.server.features(signal);
	}

	/** Running and pending jobs in the order in which they run. */
	async getQueue(signal?: AbortSignal): Promise<QueueEntry[]> {
		return await this.server.queue(signal);
	}

	/** One entry as the server has it (undefined when there is none), or a page of them, oldest first. */
	getHistory(promptId: string, signal?: AbortSignal): Promise<Record<string, unknown> | undefined>;
	getHistory(
		page?: { maxItems?: number; offset?: number },
		signal?: AbortSignal,
	): Promise<Record<string, unknown>>;
	async getHistory(
		which?: string | { maxItems?: number; offset?: number },
		signal?: AbortSignal,
	): Promise<Record<string, unknown> | undefined> {
		return typeof which === 'string'
			? await this.server.historyEntry(which, signal)
			: await this.server.history(which, signal);
	}

	/** Forgets history entries (all without ids); files stay. */
	async deleteHistory(promptIds?: string[], signal?: AbortSignal): Promise<void> {
		await this.server.deleteHistory(promptIds, signal);
	}

	/** Stops whatever runs, **whoever owns it**; see {@link cancel} for one job. */
	async interrupt(signal?: AbortSignal): Promise<void> {
		await this.server.interrupt(signal);
	}

	/** Removes every pending job, **whoever owns it**. */
	async clearQueue(signal?: AbortSignal): Promise<void> {
		await this.server.clearQueue(signal);
	}

	/** Asks the server to unload models and free memory when it is next idle. */
	async free(
		options?: { unloadModels?: boolean; freeMemory?: boolean },
		signal?: AbortSignal,
	): Promise<void> {
		await this.server.free(options, signal);
	}

	/** Files of the user's data folder, such as saved workflows. */
	async listUserFiles(folder = 'workflows', signal?: AbortSignal): Promise<UserFile[]> {
		return await this.server.listUserFiles(folder, signal);
	}

	/** Text of a user file, such as `workflows/portrait.json`. */
	async readUserFile(path: string, signal?: AbortSignal): Promise<string> {
		return await this.server.readUserFile(path, signal);
	}

	/** Ends the socket and every timer. Jobs on the server go on. */
	async close(): Promise<void> {
		await this.monitor.close();
		await this.host.close();
	}

	private get server(): ServerApi {
		if (this.host.server) return this.host.server;
		throw new NotSupportedError(
			`${this.host.name} does not give access to the ComfyUI server itself.`,
			'Use a self-hosted server for this.',
		);
	}

	/** Subscribes to events, for a limited time; without them polling does the work. */
	private async subscribe(signal?: AbortSignal): Promise<void> {
		const { controller, unlink } = linkSignals(signal);
		try {
			await Promise.race([this.monitor.connect(), delay(SUBSCRIBE_WITHIN_MS, controller.signal)]);
		} finally {
			controller.abort();
			unlink();
		}
	}

	private toSubmission(workflow: ApiWorkflow, options: QueueOptions): Submission {
		const promptId = options.promptId ?? crypto.randomUUID();
		if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(promptId)) {
			throw new InvalidInputError(
				`The prompt ID "${promptId.slice(0, 60)}" is not a lower-case UUID.`,
				'Leave it empty to have one made, or use one like 6f1ed002-ab5b-4c3e-9d1c-0c8a3f1e2b4d.',
			);
		}
		return {
			workflow,
			promptId,
			clientId: this.clientId,
			front: options.front,
			number: options.number,
			outputNodes: options.outputNodes,
			extraData: {
				...options.extraData,
				// null here makes newer servers answer 500 to everybody who lists the jobs
				...(options.uiWorkflow && { extra_pnginfo: { workflow: options.uiWorkflow } }),
			},
		};
	}

	private async resultOf(end: JobEnd, options: ResultOptions): Promise<JobResult> {
		const { promptId } = end.record;
		try {
			return await toResult(end, this.host, options);
		} catch (error) {
			const stopped = error instanceof InterruptedError || error instanceof JobLostError;
			if (!stopped || !this.cancelled.has(promptId)) throw passOn(error);
			throw cancelledError(promptId);
		}
	}

	private toTimeout(promptId: string, timeoutMs: number): JobTimeoutError {
		const last = this.monitor.record(promptId)?.progress() ?? { promptId, state: 'unknown' as const };
		const lastKnown = { ...last, preview: undefined };
		const where =
			last.state === 'pending'
				? `It waits in the queue${last.position === undefined ? '' : ` (jobs before it: ${last.position})`}.`
				: last.state === 'running'
					? `It is running${last.nodeTitle ? ` "${last.nodeTitle}"` : ''}${last.max ? ` (${last.value} of ${last.max})` : ''}.`
					: 'Its state is not known.';
		return new JobTimeoutError(
			`The job did not finish within ${seconds(timeoutMs)}. ${where}`,
			promptId,
			lastKnown,
			'Raise the timeout, or look for the job later with its prompt ID: it goes on unless it is cancelled.',
		);
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

function partlyRefused(nodeErrors: NodeErrors, workflow: ApiWorkflow): ValidationError {
	const problems = toProblems(nodeErrors, workflow);
	return new ValidationError(
		`ComfyUI would leave some outputs out: ${problems.map(({ text }) => text).join(' ')}`,
		'prompt_outputs_failed_validation',
		problems,
		'Correct the named inputs, or let partial workflows run ("On Partial Errors": "Warn").',
	);
}

function seconds(ms: number): string {
	return ms < 120_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 6000) / 10} min`;
}
