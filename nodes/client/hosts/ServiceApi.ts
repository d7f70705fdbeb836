import type { ApiWorkflow } from '../core/ApiWorkflow';
import type { AbortOptions } from '../core/time';
import type { Download, Upload } from './HostFiles';

/** What single services offer besides jobs and files. Times are epoch ms, sizes bytes. */

/** A workflow to store in ComfyUI Deploy, where it can then be deployed. */
export interface WorkflowUpload {
	/** Makes a new workflow of this name; or give `workflowId`. */
	name?: string;
	/** Makes a new version of this workflow. */
	workflowId?: string;
	/** In the editor's format. */
	workflow: Record<string, unknown>;
	/** In API format. */
	workflowApi: ApiWorkflow;
	/** ComfyUI version and custom nodes, as ComfyUI-Manager writes snapshots. Default: none named. */
	snapshot?: Record<string, unknown>;
}

/** A workflow that was stored. */
export interface UploadedWorkflow {
	workflowId: string;
	/** Counts from 1; some installations do not return it. */
	version?: string;
}

/** A version of a stored workflow. */
export interface WorkflowVersion {
	id: string;
	workflowId: string;
	version: string;
	/** In the editor's format. */
	workflow?: Record<string, unknown>;
	/** In API format. */
	workflowApi?: ApiWorkflow;
	snapshot?: Record<string, unknown>;
	createdAt?: number;
	updatedAt?: number;
}

/** The workflows that ComfyUI Deploy stores. */
export interface WorkflowsApi {
	/** @throws InvalidInputError unless exactly one of name and ID is given, NotFoundError for an unknown workflow */
	upload(upload: WorkflowUpload, options?: AbortOptions): Promise<UploadedWorkflow>;
	/** @throws NotFoundError for an unknown version */
	version(versionId: string, options?: AbortOptions): Promise<WorkflowVersion>;
}

/** Which jobs to list. */
export interface ListOptions {
	status?: 'pending' | 'running' | 'completed' | 'failed' | 'cancelled';
	/** 1 to 100. Default 20. */
	limit?: number;
	/** How many of the newest jobs to skip. */
	offset?: number;
	signal?: AbortSignal;
}

/** Which jobs to list, and how many. */
export interface JobListOptions extends Pick<ListOptions, 'status' | 'signal'> {
	max: number;
}

/** A job in a list. */
export interface ListedJob {
	promptId: string;
	/** In the spelling of the service. */
	status: string;
	createdAt?: number;
	startedAt?: number;
	endedAt?: number;
	durationMs?: number;
	error?: string;
	metadata?: Record<string, unknown>;
}

/** A model on the disk of the service. */
interface ServiceModel {
	name: string;
	type: string;
	loaded: boolean;
	downloading: boolean;
	/** 0 to 1. */
	downloadProgress?: number;
	lastUsedAt?: number;
	memoryMb?: number;
}

/** All models, and the memory that the loaded ones use. */
export interface ModelList {
	models: ServiceModel[];
	usedMb?: number;
	availableMb?: number;
}

/** A file that the service stores. */
export interface FileFacts {
	fileId: string;
	filename: string;
	contentType: string;
	size?: number;
	createdAt?: number;
	expiresAt?: number;
}

/** A file to store in ComfyUI Serverless. */
export interface ServiceUpload extends Pick<Upload, 'data' | 'filename' | 'contentType' | 'size'> {
	/** Documented by the service; the published version ignores it. */
	description?: string;
}

/** The state of the service. */
export interface ServiceHealth {
	/** `healthy`, `degraded` or `unhealthy`. */
	status: string;
	version?: string;
	uptimeMs?: number;
	/** Its parts, such as `comfyui` and `storage`; only in the detailed answer. */
	services: Array<{ name: string; status: string; error?: string; responseMs?: number }>;
}

/** What ComfyUI Serverless offers besides running jobs. */
export interface ServerlessApi {
	/**
	 * Runs a failed job again as a new job.
	 * @returns the ID of the new job
	 * @throws InvalidInputError for a job that has not failed, NotFoundError for an unknown one
	 */
	retry(promptId: string, options?: AbortOptions): Promise<string>;
	/**
	 * Jobs of the account, newest first.
	 * @throws HttpError 500 where the service fails on jobs with a log; the hint names what can be listed
	 */
	list(options?: ListOptions): Promise<ListedJob[]>;
	/** Models on the disk of the service. @param type `checkpoint`, `lora`, `embedding`, `vae`, `controlnet`, `upscaler`. `availableOnly`: those that are on the disk */
	models(type?: string, options?: AbortOptions & { availableOnly?: boolean }): Promise<ModelList>;
	/** Loads a model into memory before the job that uses it. @param type see {@link models} */
	loadModel(name: string, type: string, options?: AbortOptions): Promise<void>;
	/**
	 * Stores a file of up to 100 MB in the service. It does **not** get into the input folder of ComfyUI:
	 * Load Image and similar nodes cannot use it.
	 * @throws InvalidInputError, TooLargeError before anything is sent
	 */
	uploadFile(upload: ServiceUpload, options?: AbortOptions): Promise<FileFacts>;
	/** Name, type, size and times of a stored file, as far as the service returns them. @throws NotFoundError */
	fileFacts(fileId: string, options?: AbortOptions): Promise<FileFacts>;
	/** The bytes of a stored file. @throws NotFoundError */
	openFile(fileId: string, options?: AbortOptions): Promise<Download>;
	/** The state of the service; needs no credentials. @param detailed with the parts of the service */
	health(detailed?: boolean, options?: AbortOptions): Promise<ServiceHealth>;
}
