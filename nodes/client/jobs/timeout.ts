import { JobTimeoutError } from '../core/errors';
import type { JobProgress } from './JobRecord';

/**
 * The error for a job that was not done in time.
 * @param last how it stood when it was last heard of
 */
export function toTimeoutError(last: JobProgress, timeoutMs: number): JobTimeoutError {
	const { promptId } = last;
	const lastKnown = { ...last, preview: undefined };
	const where =
		last.state === 'pending'
			? `It waits in the queue${last.position === undefined ? '' : ` (jobs before it: ${last.position})`}.`
			: last.state === 'running'
				? `It is running${last.nodeTitle ? ` "${last.nodeTitle}"` : ''}${last.max ? ` (${last.value} of ${last.max})` : ''}.`
				: 'Its state is not known.';
	return new JobTimeoutError(
		`The job did not finish within ${seconds(timeoutMs)}. ${where}`,
		promptId,
		lastKnown,
		'Raise the timeout, or look for the job later with its prompt ID: it goes on unless it is cancelled.',
	);
}

function seconds(ms: number): string {
	return ms < 120_000 ? `${Math.round(ms / 100) / 10} s` : `${Math.round(ms / 6000) / 10} min`;
}
