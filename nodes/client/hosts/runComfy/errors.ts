import { ExecutionError, InterruptedError, ValidationError, type ComfyUiError } from '../../core/errors';
import { isRecord } from '../../core/guards';
import { listed, textOf } from '../../core/text';
import type { ApiWorkflow } from '../../core/ApiWorkflow';
import { adviceFor, toExecutionError } from '../../protocol/executionErrors';
import type { HttpErrors, TextResponse } from '../../transport/httpErrors';
import { safeParse } from '../requests';

type Clean = (text: string, max?: number) => string;

/** Codes of RunComfy that are not named by an HTTP status. */
const INSUFFICIENT_FUNDS = 10001;
const DISABLED_DEPLOYMENT = 10002;
const DELETED_DEPLOYMENT = 10003;

/** The `error_code` of an answer; undefined where it is none of a refusal. */
export function codeIn(answer: unknown): number | undefined {
	const code = isRecord(answer) ? Number(answer.error_code ?? NaN) : NaN;
	return Number.isInteger(code) && code > 0 ? code : undefined;
}

/** The HTTP status of a code: six digits begin with it. */
export function statusOf(code: number): number {
	const status = Math.floor(code / 1000);
	if (status >= 400 && status < 600) return status;
	if (code === INSUFFICIENT_FUNDS) return 402;
	return code === DELETED_DEPLOYMENT ? 404 : 400;
}

/** The HTTP errors of RunComfy. */
export const runComfyErrors: HttpErrors = {
	reason: (response) => reasonIn(response),
	classify(response, { clean }) {
		const body = safeParse(response.text);
		const code = codeIn(body);
		if (code === INSUFFICIENT_FUNDS) return '402';
		if (code === DISABLED_DEPLOYMENT) return 'disabled';
		const findings = isRecord(body) && Array.isArray(body.detail) ? body.detail.filter(isRecord) : [];
		return findings.length > 0 ? invalidRequest(findings, clean) : undefined;
	},
	table: {
		disabled: {
			error: 'http',
			message: 'The deployment is disabled in RunComfy ({status})',
			hint: 'Enable it on its page in RunComfy ("Edit Deployment").',
		},
		401: {
			error: 'authentication',
			message: '{base} refused the API token (401)',
			hint: 'Check the API token in the credential. RunComfy shows it on the page "Profile".',
		},
		402: {
			error: 'payment',
			message: 'RunComfy requires a payment first ({status})',
			hint: 'Add funds or change the plan in RunComfy, then enable the deployment again on its page.',
		},
		403: {
			error: 'authentication',
			message: '{base} does not allow the request (403)',
			hint: 'Check that the API token belongs to the account that owns the deployment.',
		},
		404: {
			error: 'not-found',
			message: '{base} has nothing at {path} (404)',
			hint: 'Check the deployment ID, that the API token belongs to its account, and the base URL in the credential.',
		},
		413: {
			error: 'too-large',
			message: 'RunComfy refused the request because it is too large (413)',
			hint: 'Send a smaller file, or put it at a public URL and enter that as the value of the input.',
		},
		429: {
			error: 'http',
			message: 'RunComfy accepts no more requests at the moment (429)',
			hint: 'Wait and try again, or run fewer at a time.',
		},
		'4xx': {
			error: 'http',
			message: 'RunComfy answered {path} with status {status}',
			hint: 'Check the base URL in the credential, and what the message says about the request.',
		},
		'5xx': {
			error: 'http',
			message: 'RunComfy answered {path} with status {status}',
			hint: 'Try again later, and look at the requests of the deployment in RunComfy.',
		},
	},
};

/** The reason in a refusal: `error_message`, `message`, `error` or `detail`; empty for web pages. */
function reasonIn({ text }: Pick<TextResponse, 'text'>): string {
	if (text.trimStart().startsWith('<')) return '';
	const body = safeParse(text);
	if (!isRecord(body)) return text;
	const words = [body.error_message, body.message, body.error, body.detail];
	const said = words.find((part) => typeof part === 'string' && part);
	return said === undefined ? text : String(said);
}

function invalidRequest(findings: Array<Record<string, unknown>>, clean: Clean): ValidationError {
	const problems = findings.map(({ loc, msg, type }) => {
		const { nodeId, input } = placeOf(loc);
		const text = textOf(msg ?? 'not accepted');
		return {
			nodeId: clean(nodeId, 80),
			type: clean(textOf(type ?? 'unknown'), 80),
			input: clean(input, 80),
			text: clean(input ? `input "${nodeId ? `${nodeId}.` : ''}${input}": ${text}` : text, 200),
		};
	});
	const texts = problems.map(({ text }) => text);
	return new ValidationError(
		`RunComfy refused the request: ${listed(texts, 4)}`,
		'invalid_request',
		problems,
		'Correct the inputs in the message. Each is named by the ID of a node and the name of its input, such as 6.text, as in the API format of the deployed workflow.',
	);
}

/** `["body", "overrides", "6", "inputs", "text"]` is the input `text` of node 6. */
function placeOf(loc: unknown): { nodeId: string; input: string } {
	const parts = (Array.isArray(loc) ? loc : []).map(textOf).filter((part) => part !== 'body');
	if (parts[0] !== 'overrides' || parts.length < 2) return { nodeId: '', input: parts.join('.') };
	return { nodeId: parts[1], input: parts.slice(parts[2] === 'inputs' ? 3 : 2).join('.') };
}

/** Why a request failed. */
export interface Failure {
	/** The code of RunComfy; empty where it sent none. */
	code: string;
	message: string;
	debugInfo: string;
}

/**
 * Reads the member `error` of a result. RunComfy sends a list of `{errorCode, error, debugInfo}`; its documentation
 * shows an object with `message`.
 * @returns undefined when nothing failed
 */
export function readRequestError(error: unknown): Failure | undefined {
	const [first] = Array.isArray(error) ? (error as unknown[]) : [error];
	if (typeof first === 'string') return first ? { code: '', message: first, debugInfo: '' } : undefined;
	if (!isRecord(first)) return undefined;
	const said = [first.error, first.error_message, first.message, first.type].find(
		(part) => typeof part === 'string' && part,
	);
	return {
		code: textOf(first.errorCode ?? first.error_code ?? first.code ?? ''),
		message: said === undefined ? textOf(first) : String(said),
		debugInfo: typeof first.debugInfo === 'string' ? first.debugInfo : '',
	};
}

const OPEN_REQUEST = 'The page of the deployment in RunComfy lists its requests with their errors.';

/** The error for a request that was cancelled. */
export function cancelledRequest(requestId: string): ComfyUiError {
	return new InterruptedError(
		'The request was cancelled in RunComfy.',
		requestId,
		'Run it again if this was a mistake.',
	);
}

/** The error for a request that failed. */
export function failedRequest(
	requestId: string,
	failure: Failure | undefined,
	workflow: ApiWorkflow | undefined,
	clean: Clean,
): ComfyUiError {
	const { code = '', message = 'RunComfy returned no reason.', debugInfo = '' } = failure ?? {};
	const traceback = debugInfo.trim() ? debugInfo.trim().split('\n') : [];
	const data = { exception_message: message, exception_type: code || 'unknown', traceback };
	const { failure: facts } = toExecutionError(requestId, data, workflow, clean);
	return new ExecutionError(
		`The request failed: ${facts.exceptionMessage}${code ? ` [${clean(code, 20)}]` : ''}`,
		requestId,
		facts,
		`${adviceFor('', `${message} ${debugInfo}`)} ${OPEN_REQUEST}`,
	);
}
