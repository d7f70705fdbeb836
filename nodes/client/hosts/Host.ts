import type { AbortOptions } from '../core/time';
import type { FileType, OutputFile } from '../protocol/outputs';
import type { JobOutcome } from '../protocol/history';
import type { NodeErrors } from '../protocol/validation';
import type { ChannelListener, EventChannel } from '../transport/EventChannel';
import type { ByteStream, FileData } from '../transport/http';
import type { Capabilities } from './capabilities';
import type { ServerApi } from './ServerApi';
import type { ApiWorkflow } from '../core/ApiWorkflow';

/** A job as it is handed to a host. */
export interface Submission {
	workflow: ApiWorkflow;
	promptId: string;
	clientId: string;
	/** Members of `extra_data`; never null. */
	extraData?: Record<string, unknown>;
	/** Before everything that is queued. */
	front?: boolean;
	/** Explicit priority; lower runs first. */
	number?: number;
	/** Run only these output nodes (ids). */
	outputNodes?: string[];
	/** A workflow that the host keeps, to be run instead of `workflow` (which is empty then). */
	deployment?: { id: string; inputs: Record<string, unknown> };
	/** Where the host is to report the end of the job to, if it can. */
	callbackUrl?: string;
	/** What only this host knows, such as a GPU, a priority or a time limit; see the host. */
	hostOptions?: Record<string, unknown>;
}

/** How a file is referred to; `url` and `data` where the host gave them. */
export type FileAddress = Pick<OutputFile, 'filename' | 'subfolder' | 'type' | 'url' | 'data'>;

/** What a host said to a submission. */
export interface Submitted {
	/** The host's id wins over the one that was asked for. */
	promptId: string;
	number?: number;
	/** Outputs that will not run although the job was accepted. */
	nodeErrors: NodeErrors;
}

/** Progress of a running job, where a host tells it to those who ask. */
export interface StatusProgress {
	/** Share of the whole job that is done, 0 to 1. */
	fraction?: number;
	/** The node that runs. */
	nodeId?: string;
	/** Steps of that node. */
	value?: number;
	max?: number;
	text?: string;
}

/** A look at a job. `absent`: the host neither runs it nor knows how it ended. */
export type JobStatus =
	| { state: 'pending'; position?: number; workflow?: ApiWorkflow }
	| ({ state: 'running'; workflow?: ApiWorkflow } & StatusProgress)
	| { state: 'ended'; outcome: JobOutcome }
	| { state: 'absent' };

/** A file to hand to the server. */
export interface Upload {
	data: FileData;
	filename: string;
	contentType?: string;
	/** Bytes, when known; lets a body that is too large be refused before it is sent. */
	size?: number;
	/** Default: the root of `type`. */
	subfolder?: string;
	/** Default `input`. */
	type?: Exclude<FileType, 'frame'>;
	/** Default false: the server keeps both files and renames the new one. */
	overwrite?: boolean;
	/** Makes it a mask: the server puts its alpha channel on a copy of this file. */
	maskOf?: { filename: string; subfolder?: string; type?: Exclude<FileType, 'frame'> };
}

/** Where the server put an upload. */
export interface UploadedFile {
	/** The name the server chose. */
	name: string;
	subfolder: string;
	type: string;
	/** What LoadImage and its relatives take: `sub/name`, with ` [temp]` or ` [output]` when it is not an input. */
	value: string;
}

/** How to fetch a file. */
export interface DownloadOptions {
	/** Re-encode a picture on the server; loses embedded metadata. */
	preview?: { format: 'webp' | 'jpeg'; quality?: number };
	/** `rgb` drops the alpha channel, `a` keeps only it. */
	channel?: 'rgba' | 'rgb' | 'a';
	signal?: AbortSignal;
}

/** A file on its way. */
export interface Download {
	stream: ByteStream;
	/** Bytes, when the server tells. */
	size?: number;
	mimeType?: string;
}

/** Whether a cancel found something to do. */
export type CancelResult = 'removed' | 'interrupted' | 'nothing';

/** One system that runs ComfyUI workflows. All that differs between systems is behind this. */
export interface Host {
	/** As errors name it. */
	readonly name: string;
	/** Shown in file URLs; no credentials. */
	readonly base: string;
	readonly capabilities: Capabilities;
	/** A service: errors do not speak of a ComfyUI of one's own then. */
	readonly hosted?: true;
	/** What to say of a job that is absent; the words for a ComfyUI server when left out. */
	readonly lost?: { message: string; hint: string };
	/** Hands in a job. @throws ValidationError and others; never sends twice what may have arrived */
	submit(submission: Submission, options?: AbortOptions): Promise<Submitted>;
	/** Looks at jobs: in the queue, running, ended, or absent. */
	getJobs(promptIds: string[], options?: AbortOptions): Promise<Map<string, JobStatus>>;
	/** How a job ended; undefined while it has not, or when the host forgot it. */
	outcome(promptId: string, options?: AbortOptions): Promise<JobOutcome | undefined>;
	/** Stops exactly this job, wherever it is. */
	cancel(promptId: string, options?: AbortOptions): Promise<CancelResult>;
	/** Whether `outcome` may list files of earlier runs. */
	listsStaleOutputs(): Promise<boolean>;
	/** Events for one client id; absent where a host has none. */
	openEvents?(clientId: string, listener: ChannelListener): EventChannel;
	/** Routes of the server itself; absent where a host hides its servers. */
	readonly server?: ServerApi;
	upload(upload: Upload, options?: AbortOptions): Promise<UploadedFile>;
	download(file: FileAddress, options?: DownloadOptions): Promise<Download>;
	/** Where a file can be fetched; holds no credentials. Undefined where files have no address of their own. */
	fileUrl(file: FileAddress): string | undefined;
	/** Makes text of the host safe to show. */
	clean(text: string, max?: number): string;
	close(): Promise<void>;
}
