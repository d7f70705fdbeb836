import type { ApiWorkflow, ComfyUiClient } from '../../../../nodes/client';
import type { QueueOptions } from '../../../../nodes/client/ComfyUiClient';

/** What to submit: a workflow, or a deployment in the options. */
export interface StageJob {
	workflow: ApiWorkflow;
	options?: QueueOptions;
}

/** A host with its stand-in, for the tests that run on all hosts. */
export interface HostStage {
	readonly name: string;
	/** A client of the stand-in. @param credentials `bad`: ones that it refuses */
	connect(credentials?: 'good' | 'bad'): ComfyUiClient;
	/**
	 * A job that makes one picture, one that makes it after the stand-in was released (see `release`), one
	 * that fails in a node.
	 */
	job(kind: 'picture' | 'slow' | 'failing'): StageJob;
	/** Bytes of the file that `picture` makes. */
	readonly picture: Uint8Array;
	/** Lets slow jobs come to their end. */
	release(): void;
	/** Ids of the jobs that are queued or running. */
	going(): string[];
	/** The next submissions are answered with 429 and `Retry-After: 0`. */
	tooMany(times: number): void;
	/** The next requests to cancel are answered with 429 and `Retry-After: 0`. */
	tooManyCancels(times: number): void;
	/** What the client logged in with ends now; a renewal is possible. Hosts with lasting keys have none. */
	expireLogin?(): void;
	/** Makes the host unreachable. */
	goDown(): Promise<void>;
	/** Every secret of the stage: none may show up in results, errors or requests to other origins. */
	readonly secrets: string[];
	/** Requests that reached another origin than the host (storage), with all their headers. */
	requestsElsewhere(): Array<{ url: string; headers: Record<string, unknown> }>;
	stop(): Promise<void>;
}
