import type { ApiWorkflow } from '../core/ApiWorkflow';
import type { AbortOptions } from '../core/time';
import type { ComfyUiError } from '../core/errors';
import type { JobResult } from '../jobs/result';
import type { WatchCursor } from './WatchCursor';

/** What a watch reports of jobs. `started` also comes late, before the end of a job that ran between two polls. */
const JOB_EVENTS = ['started', 'finished', 'failed', 'cancelled'] as const;
/** What a watch reports of the host. */
const HOST_EVENTS = ['queueEmpty', 'offline', 'online'] as const;

/** All events of a watch. */
export const WATCH_EVENTS = [...JOB_EVENTS, ...HOST_EVENTS] as const;

type JobEventType = (typeof JOB_EVENTS)[number];
type HostEventType = (typeof HOST_EVENTS)[number];
export type WatchEventType = JobEventType | HostEventType;

/** A job of any client. */
export interface WatchedJob {
	promptId: string;
	state: 'running' | 'success' | 'error' | 'interrupted';
	/** The client that submitted it. Only self-hosted servers say so. */
	clientId?: string;
	/** Who submitted it, as the submitter says in `submitted_by` of the extra data. */
	submittedBy?: string;
	/** The ID that the editor gave the workflow, or the ID under which ComfyUI Deploy stores it. */
	workflowId?: string;
	/** The workflow that runs or ran, where the host says so. */
	workflow?: ApiWorkflow;
	/** Clock of the host, epoch ms. */
	startedAt?: number;
	endedAt?: number;
	/** What an ended job made; undefined when the host has forgotten it in the meantime. */
	result?: JobResult;
	/** Why it did not end well. */
	error?: ComfyUiError;
}

/** Something happened. `id` is the same when a later watch reports the event again from an older cursor. */
export type WatchEvent = (
	| { type: JobEventType; id: string; job: WatchedJob }
	| { type: HostEventType; id: string }
) & {
	/** The short name of the server of a pool where it happened; absent on every other host. */
	server?: string;
};

/** How to watch. */
export interface WatchOptions extends AbortOptions {
	/**
	 * Where an earlier watch stopped: what has happened since is reported first. Without it, and with the cursor of
	 * another server, only what happens from now on is reported.
	 */
	since?: WatchCursor;
	/** Default: all. Without `started` and `queueEmpty` a self-hosted server is asked for less. */
	events?: readonly WatchEventType[];
	/** Only jobs of this workflow: the editor's ID, or the one under which ComfyUI Deploy stores it (required there). */
	workflowId?: string;
	/** Pause between two polls while no events come, ms, at least 1000. Default: what suits the host, 5 to 30 s. */
	pollMs?: number;
	/**
	 * Called for every event, in order; on a pool in the order of each server. The watch does not wait for a returned
	 * promise (but no more than 100 of a server are open at a time); the cursor stays before the event until it is
	 * fulfilled. When it is rejected, the watch ends with its error.
	 */
	onEvent(event: WatchEvent): unknown;
	/** Called when the cursor has moved, for the first time when the watch has begun. Store it to continue there later. */
	onCursor?(cursor: WatchCursor): void;
}
