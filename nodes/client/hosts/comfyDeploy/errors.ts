import { ExecutionError, InterruptedError, type ComfyUiError } from '../../core/errors';
import { adviceFor, toExecutionError } from '../../protocol/executionErrors';
import type { ExecutionErrorData } from '../../protocol/messages';
import type { ApiWorkflow } from '../../core/ApiWorkflow';
import { toValidationError } from '../../protocol/validation';
import { isRecord } from '../../core/guards';

type Clean = (text: string, max?: number) => string;

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

/**
 * Why a run, or a part of it, failed, as its outputs tell: the data of ComfyUI's `execution_error`, an
 * `error` that is a text, `{error_type, stack_trace}`, `{type, message, stack_trace}`, or the body with
 * which ComfyUI refused the workflow.
 * @returns undefined when nothing failed
 */
export function readFailure(data: Record<string, unknown>): ExecutionErrorData | undefined {
	if (typeof data.exception_message === 'string') return data as ExecutionErrorData;
	const { error } = data;
	if (typeof error === 'string') return error ? { exception_message: error } : undefined;
	if (!isRecord(error)) return undefined;
	return readRefused(error) ?? readException(error);
}

function readRefused(error: Record<string, unknown>): ExecutionErrorData | undefined {
	const body = isRecord(error.error) ? error : { ...error, error: { type: 'unknown' } };
	const refused =
		isRecord(error.node_errors) || isRecord(error.error) ? toValidationError(body, {}) : undefined;
	return refused && { exception_message: refused.message };
}

function readException(error: Record<string, unknown>): ExecutionErrorData {
	const lines = typeof error.stack_trace === 'string' ? error.stack_trace.trim().split('\n') : [];
	const said = [error.message, error.exception_message, error.error].find((part) => typeof part === 'string');
	const type = [error.error_type, error.exception_type, error.type].find((part) => typeof part === 'string');
	return {
		// the last line of a traceback is the exception itself
		exception_message: String(said ?? lines.at(-1) ?? JSON.stringify(error)),
		...(type !== undefined && { exception_type: String(type) }),
		traceback: lines,
	};
}
