import type { ComfyUiClient } from '../client/ComfyUiClient';
import { JobTimeoutError } from '../client/core/errors';

/**
 * Stops a job that was not done in time.
 * @returns the error of its deadline, with what became of the job
 */
export async function cancelAtDeadline(
	client: ComfyUiClient,
	{ message, promptId, lastKnown }: JobTimeoutError,
): Promise<JobTimeoutError> {
	const became = await client.cancel(promptId).then(
		() => 'It was cancelled on the server.',
		() => 'It could not be cancelled: look after it in the ComfyUI editor.',
	);
	return new JobTimeoutError(message, promptId, lastKnown, `${became} Raise the timeout if it needs longer.`);
}

/**
 * The error of a deadline when the job is left alone.
 * @throws ConnectionError and others when the server cannot even be asked: that says more than that nothing is known
 */
export async function leaveAtDeadline(
	client: ComfyUiClient,
	error: JobTimeoutError,
): Promise<JobTimeoutError> {
	if (error.lastKnown.state === 'unknown') await client.getJob(error.promptId);
	return error;
}
