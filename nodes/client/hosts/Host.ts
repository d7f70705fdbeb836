import type { ApiWorkflow } from '../core/ApiWorkflow';
import type { AbortOptions } from '../core/time';
import type { ChannelListener, EventChannel } from '../transport/EventChannel';
import type { Capabilities } from './capabilities';
import type { HostFiles } from './HostFiles';
import type { HostWatcher } from './HostWatcher';
import type { HostJobs, Submission, Submitted } from './HostJobs';
import type { ServerAdmin } from './ServerAdmin';
import type { ServerApi } from './ServerApi';
import type { JobListOptions, ListedJob, ServerlessApi, WorkflowsApi } from './ServiceApi';

export type * from './HostFiles';
export type * from './HostJobs';

/** One system that runs ComfyUI workflows. Everything that differs between systems is behind this interface. */
export interface Host {
	/** The name in errors. */
	readonly name: string;
	/** Base URL, as part of file URLs; without credentials. */
	readonly base: string;
	readonly capabilities: Capabilities;
	/** A hosted service: errors then do not mention a ComfyUI of the user's own. */
	readonly hosted?: true;
	/** The servers behind a pool; absent on every other host. */
	readonly pool?: HostPool;
	/** The short name of a server of a pool. Another server can take over its jobs. */
	readonly serverName?: string;
	/** The error text for a job that is absent; without it, that of a ComfyUI server. */
	readonly lost?: { message: string; hint: string };
	readonly jobs: HostJobs;
	/** Lists the jobs of all clients; absent where a host cannot. */
	readonly watcher?: HostWatcher;
	readonly files: HostFiles;
	/** Routes of the ComfyUI server itself; absent where a host hides its servers. */
	readonly server?: ServerApi;
	/** Administers the ComfyUI server; absent where a host hides its servers. */
	readonly admin?: ServerAdmin;
	/** Workflows stored by the host; absent where it stores none. */
	readonly workflows?: WorkflowsApi;
	/** Further routes of ComfyUI Serverless; absent on every other host. */
	readonly serverless?: ServerlessApi;
	/** Lists jobs of the account, newest first; absent where a host lists none. */
	listJobs?(options: JobListOptions): Promise<ListedJob[]>;
	/** Counts of jobs and workers, or the state of the parts of the service; absent where a host does not report them. */
	health?(options?: AbortOptions): Promise<object>;
	/**
	 * Checks address and credentials with a request that needs both, and submits nothing.
	 * @returns one sentence about what was found, such as `Connected to ComfyUI 0.3.50 on NVIDIA L4.`
	 * @throws AuthenticationError, NotFoundError and other errors when the host cannot be used
	 */
	verify(options?: AbortOptions): Promise<string>;
	/** Opens the event channel of one client ID; absent where a host has no events. */
	openEvents?(clientId: string, listener: ChannelListener): EventChannel;
	/** Makes text of the host safe to show: removes secrets and control characters, and shortens it. */
	clean(text: string, max?: number): string;
	/** Closes connections. Jobs go on. */
	close(): Promise<void>;
}

/** How to choose a server of a pool for a job. */
export interface PlacementOptions extends AbortOptions {
	/** Submits when a server is free, and waits for one. Default: submits at once, to the server that will be free first. */
	waitForServer?: boolean;
	/** Called with the short name of each server that is chosen, before the job is sent. */
	onServer?: (server: string) => void;
}

/** Whether a server of a pool has all that a workflow needs. */
export interface ExaminedServer {
	/** Its short name. */
	server: string;
	/** Why it cannot run the workflow: what it lacks, or why it does not answer. */
	reason?: string;
	/** It did not answer, so that it is not known what it has. */
	isDown?: true;
}

/** Chooses among the servers of a pool, and finds their jobs. */
export interface HostPool {
	/**
	 * The servers by their short names, in the order of the list. Each is a host of its own; its jobs and files have the
	 * IDs that they have in the pool.
	 */
	readonly servers: ReadonlyMap<string, Host>;
	/** @throws NotFoundError for the name of a server that the pool does not have */
	server(name: string): Host;
	/**
	 * Chooses a server for a job and submits it there; to another one when a server certainly did not accept it.
	 * @param submitTo submits to one server
	 * @throws ValidationError when no server has all that the workflow needs
	 * @throws ConnectionError and others when no server can be used; the message names each with its reason
	 * @throws what `submitTo` throws when the server may have accepted the job, or refused the workflow
	 */
	submit(
		submission: Submission,
		submitTo: (server: Host, submission: Submission) => Promise<Submitted>,
		options?: PlacementOptions,
	): Promise<Submitted>;
	/**
	 * Which servers have all that a workflow needs.
	 * @returns each server, with the reason if it cannot run the workflow or does not answer
	 */
	examine(workflow: ApiWorkflow, options?: AbortOptions): Promise<ExaminedServer[]>;
	/**
	 * The server that has a job.
	 * @param promptId asks every server when it names none, or one that the pool does not have
	 * @returns the server, and the ID of the job with the name of the server; undefined when no server knows the job
	 * @throws NotFoundError when it names a server that the pool does not have, and no other one knows the job
	 */
	find(promptId: string, options?: AbortOptions): Promise<{ server: Host; promptId: string } | undefined>;
}
