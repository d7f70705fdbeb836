import { JobTimeoutError } from '../core/errors';
import { tidy } from '../core/text';
import type { JobClient } from './JobClient';
import { cancelWithRetries } from './SubmittedJobs';

/**
 * Cancels a job that did not end in time.
 * @returns the timeout error, with a hint that says whether the job was cancelled
 */
export async function cancelAtDeadline(
	client: Pick<JobClient, 'cancel'>,
	{ message, promptId, lastKnown, observedResponses }: JobTimeoutError,
): Promise<JobTimeoutError> {
	const outcome = await cancelWithRetries(client, promptId).then(
		() => 'It was cancelled on the server.',
		(error: unknown) => {
			const reason = error instanceof Error ? ` (${tidy(error.message, 200)})` : '';
			return `It could not be cancelled${reason}: check it in the ComfyUI editor.`;
		},
	);
	const hint = `${outcome} Raise the timeout if it needs longer.`;
	return new JobTimeoutError(message, promptId, lastKnown, hint, observedResponses);
}

/**
 * The timeout error of a job that goes on. When nothing is known of the job, the server is asked once more.
 * @throws ConnectionError and others when it cannot be asked: that says more than an unknown state
 */
export async function leaveAtDeadline(
	client: Pick<JobClient, 'getJob'>,
	error: JobTimeoutError,
): Promise<JobTimeoutError> {
	if (error.lastKnown.state === 'unknown') await client.getJob(error.promptId);
	return error;
}
