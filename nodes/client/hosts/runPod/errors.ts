import { ExecutionError, InterruptedError, type ComfyUiError } from '../../core/errors';
import { adviceFor, toExecutionError } from '../../protocol/executionErrors';
import { parseJson } from '../../core/json';
import { toValidationError } from '../../protocol/validation';
import type { Api } from '../../transport/Api';
import { type ApiWorkflow } from '../../core/ApiWorkflow';
import { partsOf } from './outputs';
import { readRefusal } from './refusal';
import { isRecord } from '../../core/guards';

/** What a worker said of a failure. */
export interface Failure {
	/** Class of the Python exception, when the handler itself broke. */
	type: string;
	message: string;
	/** Further lines, such as what went wrong with each file. */
	details: string[];
	traceback: string[];
}

/** How worker-comfyui passes on the exception of a node. */
const NODE_FAILED = /^Workflow execution error: Node Type: (.*?), Node ID: (.*?), Message: ([^]*)$/;
const ALWAYS = adviceFor('', '');

/**
 * The failure in an answer: RunPod moves the `error` of a handler to the top, not in all versions; the first
 * workers called it `message`.
 * @param failed whether RunPod itself counts the job as failed
 * @returns undefined when there is none
 */
export function readFailure(answer: Record<string, unknown>, failed: boolean, api: Api): Failure | undefined {
	const parts = partsOf(answer.output);
	const within = parts.find((part) => part.error || part.status === 'error');
	const error = answer.error || within?.error || within?.message;
	if (!failed && !error && !within) return undefined;
	const { message, ...found } = said(error);
	const details = parts.flatMap((part) => [part.details, part.errors].flatMap(texts));
	return { ...found, message: api.redact(message), details: details.map((text) => api.redact(text)) };
}

function texts(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

/** An exception of the handler arrives as an object in JSON, all else as text. */
function said(error: unknown): Omit<Failure, 'details'> {
	const facts = isRecord(error) ? error : parsed(error);
	if (!facts) return { type: '', message: typeof error === 'string' ? error : '', traceback: [] };
	const [, type] = /^<class '([\w.]+)'>$/.exec(String(facts.error_type)) ?? [];
	return {
		type: type ?? '',
		message: String(facts.error_message ?? facts.message ?? JSON.stringify(facts)),
		traceback: typeof facts.error_traceback === 'string' ? facts.error_traceback.trim().split('\n') : [],
	};
}

function parsed(text: unknown): Record<string, unknown> | undefined {
	if (typeof text !== 'string' || !text.trimStart().startsWith('{')) return undefined;
	try {
		const value = parseJson(text);
		return isRecord(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

/** The error for a failure: of the workflow when ComfyUI refused it, of a node where one is named, else of the worker. */
export function toFailure(
	promptId: string,
	{ type, message, details, traceback }: Failure,
	workflow: ApiWorkflow | undefined,
	api: Api,
): ComfyUiError {
	const refusal = readRefusal(message);
	const refused = refusal && toValidationError(refusal, workflow ?? {});
	if (refused) return refused;
	for (const text of [message, ...details]) {
		const [found, node_type, node_id, exception_message] = NODE_FAILED.exec(text) ?? [];
		const data = { node_type, node_id, exception_message };
		if (found) return toExecutionError(promptId, data, workflow, (one, most) => api.clean(one, most));
	}
	const text = api.clean([message, ...details].filter(Boolean).join(' - ') || 'no reason given', 600);
	const advice = adviceFor(type, text);
	return new ExecutionError(
		`The RunPod worker failed: ${text}${type && ` [${type}]`}`,
		promptId,
		{
			exceptionType: type || 'unknown',
			exceptionMessage: text,
			traceback: traceback.slice(-12).map((line) => api.clean(line, 400)),
		},
		advice === ALWAYS
			? 'Look at the logs of the endpoint in the RunPod console, and check that it runs worker-comfyui.'
			: advice,
	);
}

export function cancelledError(promptId: string): InterruptedError {
	return new InterruptedError(
		'The job was cancelled on RunPod.',
		promptId,
		'Somebody cancelled it in the RunPod console or through its API. Run it again when that was not meant for this job.',
	);
}

export function timedOutError(promptId: string): ExecutionError {
	const message =
		'RunPod gave the job up: it ran longer than the endpoint allows, or its worker went silent or never came.';
	return new ExecutionError(
		message,
		promptId,
		{ exceptionType: 'TIMED_OUT', exceptionMessage: message, traceback: [] },
		'Raise the execution timeout of the endpoint or of the job (10 minutes unless set), and check in the RunPod console that workers of the endpoint start.',
	);
}
