import type { ExecutionErrorData } from '../../protocol/messages';
import { toValidationError } from '../../protocol/validation';
import { isRecord } from '../../core/guards';

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
