import { ExecutionError, InterruptedError, type ComfyUiError } from '../../core/errors';
import { adviceFor, toExecutionError } from '../../protocol/executionErrors';
import type { ExecutionErrorData } from '../../protocol/messages';
import type { ApiWorkflow } from '../../core/ApiWorkflow';

type Clean = (text: string, most?: number) => string;

const LOOK_THERE = 'Open the run in ComfyUI Deploy: its page has the log of the machine.';

/** The error for a run that somebody stopped. */
export function cancelledRun(runId: string): ComfyUiError {
	return new InterruptedError(
		'The run was cancelled in ComfyUI Deploy.',
		runId,
		'Somebody stopped it there, or the session of its machine ended. Run it again when that was not meant for this run.',
	);
}

/** The error for a failed run whose reason is told. */
export function failedRun(
	runId: string,
	failure: ExecutionErrorData,
	workflow: ApiWorkflow | undefined,
	clean: Clean,
): ComfyUiError {
	if (failure.node_id !== undefined || failure.node_type !== undefined)
		return toExecutionError(runId, failure, workflow, clean);
	const { failure: facts } = toExecutionError(runId, failure, workflow, clean);
	const { exceptionMessage, exceptionType } = facts;
	const type = exceptionType === 'unknown' || exceptionMessage.startsWith(exceptionType);
	return new ExecutionError(
		`The run failed: ${exceptionMessage}${type ? '' : ` [${exceptionType}]`}`,
		runId,
		facts,
		`${adviceFor(exceptionType, exceptionMessage)} ${LOOK_THERE}`,
	);
}

/**
 * The error for a failed run whose reason is not told.
 * @param lastStep what the host said last of its progress
 */
export function unexplainedRun(runId: string, timedOut: boolean, lastStep: string): ComfyUiError {
	const reason = timedOut ? 'It took longer than it may.' : 'ComfyUI Deploy gives no reason.';
	const last = lastStep ? ` Its last step was: ${lastStep}.` : '';
	return new ExecutionError(
		`The run failed. ${reason}${last}`,
		runId,
		{ exceptionType: timedOut ? 'timeout' : 'unknown', exceptionMessage: reason, traceback: [] },
		timedOut ? 'Raise the run timeout of the machine in ComfyUI Deploy, or choose a faster GPU.' : LOOK_THERE,
	);
}
