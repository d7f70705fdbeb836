import type { ApiWorkflow } from '../core/ApiWorkflow';
import type { AbortOptions } from '../core/time';
import type { JobOutcome } from '../protocol/history';

/** A job in the list of a host, of any client. */
export interface JobRow {
	promptId: string;
	state: 'pending' | 'running' | JobOutcome['status'];
	/** Clock of the host, epoch ms. */
	endedAt?: number;
	/** The editor's ID of the workflow, or the ID under which the host stores it. */
	workflowId?: string;
	/** The client that submitted the job, and its workflow, where the list says so. */
	clientId?: string;
	submittedBy?: string;
	workflow?: ApiWorkflow;
	/** How the job ended, where the list says so. */
	outcome?: JobOutcome;
}

/** The jobs that an earlier poll has seen. */
export interface KnownJobs {
	/** Whether the end of a job is known. */
	has(promptId: string): boolean;
	/** The latest known end, clock of the host, epoch ms. */
	readonly endedAt?: number;
	/** The jobs that were pending or running; empty on hosts that list jobs in the order in which they end. */
	readonly active: ReadonlySet<string>;
}

/** How to list. */
interface JobChangesOptions extends AbortOptions {
	/** Also list pending and running jobs, where this takes a request of its own. */
	queue: boolean;
	/** The workflow whose jobs to list, on hosts that list those of one workflow. */
	workflowId?: string;
}

/** What a poll has found. */
export interface JobChanges {
	/** Jobs that ended since the known ones, in the order of their ends. In the first changes: the latest ends. */
	ended: JobRow[];
	/** Jobs that ended before the known ones, which the host no longer lists. They are known from now on. */
	older?: JobRow[];
	/** The host lists no ended job at all: whatever it lists later is new, even if its clock goes back. */
	isEmpty?: boolean;
	/** Pending and running jobs; undefined when they were not listed. */
	active?: JobRow[];
}

/** Lists the jobs of a host, of all clients. */
export interface HostWatcher {
	/** Pause between two polls, ms: while events come, and without events. */
	readonly pausesMs: { withEvents: number; withoutEvents: number };
	/** The host lists the jobs of one workflow. */
	readonly ofOneWorkflow?: true;
	/**
	 * Lists what is new.
	 * @param known undefined in the first poll
	 * @throws NotSupportedError where this version of the host cannot list jobs
	 */
	changes(known: KnownJobs | undefined, options: JobChangesOptions): Promise<JobChanges>;
	/**
	 * More of a job that has just started, where the list of active jobs is short of it.
	 * @returns undefined when it no longer runs
	 */
	running?(promptId: string, options?: AbortOptions): Promise<JobRow | undefined>;
}

/** Whether a job has ended. */
export function isEnded({ state }: JobRow): boolean {
	return state !== 'pending' && state !== 'running';
}
