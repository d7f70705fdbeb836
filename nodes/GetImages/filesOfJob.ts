import type { AbortOptions } from '../client/core/time';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { JobLostError, NotFoundError } from '../client/core/errors';
import { savesToSocket, type JobResult } from '../client/jobs/result';
import type { OutputFile } from '../client/protocol/outputs';
import { tidy } from '../client/core/text';
import type { ExecutionHints } from '../shared/ExecutionHints';

/** The files that a job created, including previews. */
interface JobFiles {
	files: OutputFile[];
	/** What to do when files are missing. */
	advice?: string;
}

/**
 * Gets the files of a job from the server.
 * @param evenIfFailed returns the files also when the job failed or was interrupted
 * @throws NotFoundError while the job has not ended, JobLostError when the server does not know it
 * @throws ExecutionError, InterruptedError when the job ended so
 */
export async function filesOfJob(
	client: ComfyUiClient,
	promptId: string,
	evenIfFailed: boolean,
	hints: ExecutionHints,
	{ signal }: AbortOptions = {},
): Promise<JobFiles> {
	const { state, result, error } = await client.getJob(promptId, { includeTemp: true, signal });
	if (state === 'lost') throw lost(promptId);
	if (!result) throw notEnded(promptId, state);
	if (error && !evenIfFailed) throw error;
	if (error && (await client.host.jobs.listsStaleOutputs())) {
		hints.add('For a failed job, ComfyUI before 0.3.68 also lists files of previous jobs.');
	}
	return { files: result.files, advice: adviceFor(result) };
}

/** Images that a node sends over the WebSocket are on no disk: only the client that received them has them. */
function adviceFor({ workflow }: JobResult): string {
	return Object.values(workflow ?? {}).some(({ class_type: type }) => savesToSocket(type))
		? 'Images that a node sends over the WebSocket are only in the item of ComfyUI Wait For Completion: connect this node directly after it.'
		: 'Add a node that saves files, such as Save Image, to the workflow.';
}

function lost(promptId: string): JobLostError {
	return new JobLostError(
		`The server does not know the job ${tidy(promptId, 60)}: it is not queued, not running and not in the history.`,
		promptId,
		'removed',
		'Check the prompt ID, and that the credential is for the server that received the job. A restart deletes the history of a server, but not the files: download them with the source "List of Files".',
	);
}

function notEnded(promptId: string, state: string): NotFoundError {
	return new NotFoundError(
		`The job ${tidy(promptId, 60)} has no files yet: it is still ${state === 'pending' ? 'in the queue' : 'running'}.`,
		'Put ComfyUI Wait For Completion before this node.',
	);
}
