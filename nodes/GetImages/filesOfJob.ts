import type { AbortOptions } from '../client/core/time';
import type { ComfyUiClient } from '../client/ComfyUiClient';
import { JobLostError, NotFoundError } from '../client/core/errors';
import { savesToSocket, type JobResult } from '../client/jobs/result';
import type { OutputFile } from '../client/protocol/outputs';
import { tidy } from '../client/core/text';
import type { ExecutionHints } from '../shared/ExecutionHints';

/** What a job made, previews included. */
interface JobFiles {
	files: OutputFile[];
	/** Why there may be less than expected. */
	advice?: string;
}

/**
 * Asks the server what a job made.
 * @param evenIfFailed also when the job did not end well
 * @throws NotFoundError while the job has not ended, JobLostError when the server does not know it
 * @throws ExecutionError, InterruptedError as the job ended
 */
export async function filesOfJob(
	client: ComfyUiClient,
	promptId: string,
	evenIfFailed: boolean,
	remarks: ExecutionHints,
	{ signal }: AbortOptions = {},
): Promise<JobFiles> {
	const { state, result, error } = await client.getJob(promptId, { includeTemp: true, signal });
	if (state === 'lost') throw lost(promptId);
	if (!result) throw notEnded(promptId, state);
	if (error && !evenIfFailed) throw error;
	if (error && (await client.host.jobs.listsStaleOutputs())) {
		remarks.add('ComfyUI before 0.3.68 also lists files of earlier runs when a job failed.');
	}
	return { files: result.files, advice: adviceFor(result) };
}

/** Pictures of such nodes are on no disk; only who listened has them. */
function adviceFor({ workflow }: JobResult): string {
	return Object.values(workflow ?? {}).some(({ class_type: type }) => savesToSocket(type))
		? 'Pictures that a node sends over the WebSocket are in the item of Wait For Completion only: connect this node directly behind it.'
		: 'Add a node that saves files (such as Save Image) to the workflow.';
}

function lost(promptId: string): JobLostError {
	return new JobLostError(
		`The server does not know the job ${tidy(promptId, 60)}: it is neither queued nor running nor in the history.`,
		promptId,
		'removed',
		'Check the prompt ID and that the credential points at the server that took the job. Servers forget their history when they restart; the files stay, and can be fetched as a "List of Files".',
	);
}

function notEnded(promptId: string, state: string): NotFoundError {
	return new NotFoundError(
		`The job ${tidy(promptId, 60)} has no files yet: it is ${state === 'pending' ? 'still in the queue' : 'still running'}.`,
		'Put ComfyUI Wait For Completion before this node.',
	);
}
