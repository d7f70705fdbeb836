import type { ApiWorkflow } from '../core/ApiWorkflow';
import type { AbortOptions } from '../core/time';
import type { JobOutcome } from '../protocol/history';
import type { NodeErrors } from '../protocol/validation';

/** A job to submit. */
export interface Submission {
	workflow: ApiWorkflow;
	promptId: string;
	clientId: string;
	/** Members of `extra_data`; never null. */
	extraData?: Record<string, unknown>;
	/** Runs before everything that is queued. */
	front?: boolean;
	/** Explicit priority; lower runs first. */
	number?: number;
	/** Run only these output nodes (ids). */
	outputNodes?: string[];
	/** A workflow stored by the host, run instead of `workflow` (which is then empty). */
	deployment?: { id: string; inputs: Record<string, unknown> };
	/** URL that the host calls when the job has ended. */
	callbackUrl?: string;
	/** Options of this host only, such as a GPU, a priority or a time limit; see the host. */
	hostOptions?: Record<string, unknown>;
}

/** The answer to a submission. */
export interface Submitted {
	/** The ID that the host uses; it may differ from the requested one. */
	promptId: string;
	number?: number;
	/** Outputs that will not run although the job was accepted. */
	nodeErrors: NodeErrors;
}

/** Progress of a running job, where a host reports it when polled. */
export interface StatusProgress {
	/** Finished share of the whole job, 0 to 1. */
	fraction?: number;
	/** The running node. */
	nodeId?: string;
	/** Steps of that node. */
	value?: number;
	max?: number;
	text?: string;
}

/**
 * The status of a job. `absent`: the host neither runs it nor knows how it ended; with `forgotten`, the host accepted it,
 * but the ComfyUI behind the host no longer knows it.
 */
export type JobStatus =
	| { state: 'pending'; position?: number; workflow?: ApiWorkflow }
	| ({ state: 'running'; workflow?: ApiWorkflow } & StatusProgress)
	| { state: 'ended'; outcome: JobOutcome }
	| { state: 'absent'; forgotten?: true };

/** Receives what a host reports of one job while it runs. */
export interface JobListener {
	onStatus(status: JobStatus): void;
	onPreview(preview: { data: Uint8Array; mimeType: string }): void;
	/** The job has ended; its status says how. */
	onEnd(): void;
}

/** How a stream ended: with the job, before it, or not begun because the service has none. */
export type StreamEnd = 'ended' | 'cut' | 'unsupported';

/** What a cancel did: removed a pending job, interrupted a running one, or found neither. */
export type CancelResult = 'removed' | 'interrupted' | 'nothing';

/** Submits, polls and cancels jobs on one host. */
export interface HostJobs {
	/**
	 * Submits a job. A request that the host may have accepted is never sent twice.
	 * @throws ValidationError when the host refuses the workflow
	 */
	submit(submission: Submission, options?: AbortOptions): Promise<Submitted>;
	/** The status of each job. */
	getJobs(promptIds: string[], options?: AbortOptions): Promise<Map<string, JobStatus>>;
	/** How a job ended; undefined before its end, and when the host no longer knows it. */
	outcome(promptId: string, options?: AbortOptions): Promise<JobOutcome | undefined>;
	/** Cancels exactly this job, pending or running. @throws NotSupportedError where the host cannot */
	cancel(promptId: string, options?: AbortOptions): Promise<CancelResult>;
	/**
	 * Reports status, progress and previews of a job from now on, as one stream; absent where the host has none. Polling
	 * decides how the job ended.
	 * @returns when the stream ends
	 * @throws HttpError 429 when too many streams are open, and other errors of the connection
	 */
	follow?(promptId: string, listener: JobListener, options?: AbortOptions): Promise<StreamEnd>;
	/** Whether `outcome` may list files of previous runs. */
	listsStaleOutputs(): Promise<boolean>;
}
