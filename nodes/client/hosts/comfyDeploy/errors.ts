import { ExecutionError, InterruptedError, ValidationError, type ComfyUiError } from '../../core/errors';
import { listed } from '../../core/text';
import { adviceFor, toExecutionError } from '../../protocol/executionErrors';
import type { ExecutionErrorData } from '../../protocol/messages';
import type { ApiWorkflow } from '../../core/ApiWorkflow';
import { toValidationError } from '../../protocol/validation';
import type { HttpErrors, TextResponse } from '../../transport/httpErrors';
import { isRecord } from '../../core/guards';
import { safeParse } from '../requests';

type Clean = (text: string, max?: number) => string;

const MONEY = /credit|billing|subscription|spend limit|upgrade|limit reached|\bplan\b/i;
/** The web app sends these with status 500; the last is what its database says about an ID that is not a UUID. */
const NOT_FOUND = /\bnot found\b|no version found|invalid workflow_id|invalid input syntax for type uuid/i;

/** The HTTP errors of ComfyUI Deploy, hosted or open source. */
export const deployErrors: HttpErrors = {
	reason: (response) => readErrorBody(response).text,
	classify(response, { clean }) {
		const { text, findings } = readErrorBody(response);
		const { status } = response;
		if (status === 402 || (status === 403 && MONEY.test(text))) return 'payment';
		if (findings.length > 0) return invalidRequest(findings, clean);
		const known = [401, 403, 413, 429].includes(status);
		return !known && NOT_FOUND.test(text) && !/^not found$/i.test(text.trim()) ? 'unknown ID' : undefined;
	},
	table: {
		payment: {
			error: 'payment',
			message: 'ComfyUI Deploy requires a payment first ({status})',
			hint: 'Add GPU credits or change the plan in ComfyUI Deploy. A retry without that does not help.',
		},
		'unknown ID': {
			error: 'not-found',
			message: 'ComfyUI Deploy answered {path} with status {status}',
			hint: 'Check the ID, and that the API key belongs to the account or organisation that owns it.',
		},
		401: {
			error: 'authentication',
			message: '{base} refused the API key (401)',
			hint: 'Check the API key. Keys are made under "API Keys" in ComfyUI Deploy, and can expire or be revoked.',
		},
		403: {
			error: 'authentication',
			message: '{base} does not allow the request (403)',
			hint: 'Use an API key of the account or organisation that owns the deployment.',
		},
		404: {
			error: 'not-found',
			message: '{base} has nothing at {path} (404)',
			hint: 'Check the base URL; it usually ends in /api, as in https://api.comfydeploy.com/api.',
		},
		413: {
			error: 'too-large',
			message: 'ComfyUI Deploy refused the request because it is too large (413)',
			hint: 'Send a smaller file, or put it at a public URL and enter that as the value of the input.',
		},
		429: {
			error: 'http',
			message: 'ComfyUI Deploy accepts no more requests at the moment (429)',
			hint: 'Wait and try again, or run fewer at a time.',
		},
		'4xx': {
			error: 'http',
			message: 'ComfyUI Deploy answered {path} with status {status}',
			hint: 'Check the base URL, and what the message says about the request.',
		},
		'5xx': {
			error: 'http',
			message: 'ComfyUI Deploy answered {path} with status {status}',
			hint: 'Look at the run and at the machine of the deployment in ComfyUI Deploy; the service may also have a problem of its own.',
		},
	},
};

function invalidRequest(findings: Finding[], clean: Clean): ValidationError {
	const problems = findings.map(({ input, text, type }) => ({
		nodeId: '',
		type: clean(type, 80),
		input: clean(input, 80),
		text: clean(input ? `input "${input}": ${text}` : text, 200),
	}));
	const texts = problems.map(({ text }) => text);
	return new ValidationError(
		`ComfyUI Deploy refused the request: ${listed(texts, 4)}`,
		'invalid_request',
		problems,
		'Correct the inputs in the message. The page of the deployment in ComfyUI Deploy lists its inputs and their types.',
	);
}

/** A problem with one input. */
interface Finding {
	/** Empty for the whole request. */
	input: string;
	text: string;
	type: string;
}

/** Why the host refused a request. */
interface ErrorBody {
	/** Empty for web pages. */
	text: string;
	findings: Finding[];
}

/**
 * Reads a refusal in all known forms: a text, `{error}`, `{code, message}`, the hosted API's `{detail}`
 * and `{detail: [{loc, msg, type}]}`, and the web app's `{error: {issues: [{path, message, code}]}}`.
 */
export function readErrorBody({ text }: Pick<TextResponse, 'text'>): ErrorBody {
	if (text.trimStart().startsWith('<')) return { text: '', findings: [] };
	const body = safeParse(text);
	if (!isRecord(body)) return { text, findings: [] };
	const { detail, error, message } = body;
	const facts = isRecord(error) ? error : {};
	const list = [detail, facts.issues].find(Array.isArray) ?? [];
	const [words] = [detail, error, message, facts.message].filter((part) => typeof part === 'string' && part);
	return { text: words === undefined ? text : String(words), findings: list.filter(isRecord).map(toFinding) };
}

/** Whether the route does not exist, as opposed to the run, deployment or workflow. */
export function lacksRoute(response: TextResponse): boolean {
	if (response.status === 405) return true;
	if (response.status !== 404) return false;
	const body = safeParse(response.text);
	return !isRecord(body) || /^(|(404:? ?)?not found\.?)$/i.test(reasonIn(body).trim());
}

function reasonIn(body: Record<string, unknown>): string {
	const [words] = [body.detail, body.error, body.message].filter((part) => typeof part === 'string');
	return words === undefined ? '' : String(words);
}

function toFinding({ loc, path, msg, message, type, code }: Record<string, unknown>): Finding {
	return {
		input: place(loc ?? path),
		text: String(msg ?? message ?? 'not accepted'),
		type: String(type ?? code ?? 'unknown'),
	};
}

/** `["body", "inputs", "seed"]` is the input `seed`. */
function place(value: unknown): string {
	const parts = (Array.isArray(value) ? value : []).map(String);
	while (parts[0] === 'body' || (parts[0] === 'inputs' && parts.length > 1)) parts.shift();
	return parts.join('.');
}

const OPEN_RUN = 'Open the run in ComfyUI Deploy: its page has the log of the machine.';

/** The error for a cancelled run. */
export function cancelledRun(runId: string): ComfyUiError {
	return new InterruptedError(
		'The run was cancelled in ComfyUI Deploy.',
		runId,
		'It was cancelled there, or the session of its machine ended. Run it again if this was a mistake.',
	);
}

/** The error for a failed run with a reason. */
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
		`${adviceFor(exceptionType, exceptionMessage)} ${OPEN_RUN}`,
	);
}

/**
 * The error for a failed run without a reason.
 * @param lastStep the last reported progress
 */
export function unexplainedRun(runId: string, timedOut: boolean, lastStep: string): ComfyUiError {
	const reason = timedOut ? 'It exceeded its time limit.' : 'ComfyUI Deploy returned no reason.';
	const last = lastStep ? ` Its last step was: ${lastStep}.` : '';
	return new ExecutionError(
		`The run failed. ${reason}${last}`,
		runId,
		{ exceptionType: timedOut ? 'timeout' : 'unknown', exceptionMessage: reason, traceback: [] },
		timedOut ? 'Raise the run timeout of the machine in ComfyUI Deploy, or choose a faster GPU.' : OPEN_RUN,
	);
}

/**
 * Why a run, or a part of it, failed, from its outputs: the data of ComfyUI's `execution_error`, an
 * `error` that is a text, `{error_type, stack_trace}`, `{type, message, stack_trace}`, or the body with
 * which ComfyUI refused the workflow.
 * @returns undefined when nothing failed
 */
export function readErrorData(data: Record<string, unknown>): ExecutionErrorData | undefined {
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
