import type { IDataObject } from 'n8n-workflow';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import type { JobTimeoutError } from '../client/core/errors';
import type { JobResult } from '../client/jobs/result';
import { cancelAtDeadline, leaveAtDeadline } from '../shared/jobTimeout';
import type { ItemOptions } from './toItem';

/** The result of a job that is done after all, or the JSON that tells how it stands. */
type JobNow = { result: JobResult; json?: undefined } | { result?: undefined; json: IDataObject };

export type OnTimeout = 'fail' | 'cancel' | 'return';

/**
 * What the node is told to do when a job is not done in time.
 * @throws JobTimeoutError; ConnectionError and others when the server could not even be asked
 */
export async function atDeadline(
	client: ComfyUiClient,
	error: JobTimeoutError,
	onTimeout: OnTimeout,
	options: ItemOptions,
): Promise<JobNow> {
	if (onTimeout === 'cancel') throw await cancelAtDeadline(client, error);
	if (onTimeout === 'return') return await presentState(client, error, options);
	throw await leaveAtDeadline(client, error);
}

/** How the job stands now: with a timeout of 0 seconds nobody has looked yet. */
async function presentState(
	client: ComfyUiClient,
	{ promptId, lastKnown }: JobTimeoutError,
	{ includePreviews }: ItemOptions,
): Promise<JobNow> {
	const job = await client.getJob(promptId, undefined, { includeTemp: includePreviews });
	if (job.error) throw job.error;
	if (job.result) return { result: job.result };
	const { state, ...facts } = { ...lastKnown, ...job, preview: undefined };
	return { json: { status: state, ...facts, files: [] } as unknown as IDataObject };
}
