import type { AbortOptions } from '../core/time';
import type { CancelResult, Host } from '../hosts/Host';
import type { JobState } from './JobRecord';
import type { JobResult, WaitOptions } from './result';
import type { QueuedJob, QueueOptions } from './submission';

/** What running jobs needs of a client. `ComfyUiClient` implements it. */
export interface JobClient {
	readonly host: Pick<Host, 'pool' | 'server'>;
	queuePrompt(workflow: unknown, options?: QueueOptions): Promise<QueuedJob>;
	waitForCompletion(promptId: string, options?: WaitOptions): Promise<JobResult>;
	getJob(promptId: string, options?: AbortOptions): Promise<{ promptId: string; state: JobState }>;
	getFeatures(options?: AbortOptions): Promise<Record<string, unknown>>;
	cancel(promptId: string, options?: AbortOptions): Promise<CancelResult>;
}
