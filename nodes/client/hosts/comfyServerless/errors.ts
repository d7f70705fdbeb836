import {
	ValidationError,
	type NodeProblem,
	ExecutionError,
	InterruptedError,
	type ComfyUiError,
} from '../../core/errors';
import { listed, tidy, show } from '../../core/text';
import { nameNode, titleOf, type ApiWorkflow } from '../../core/ApiWorkflow';
import { adviceFor } from '../../protocol/executionErrors';
import type { Api } from '../../transport/Api';
import { type HttpErrors, retryAfterMs, type TextResponse, toHttpError } from '../../transport/httpErrors';
import { isRecord } from '../../core/guards';
import { safeParse } from '../requests';

/** The HTTP errors of ComfyUI Serverless. */
export const serverlessErrors: HttpErrors = {
	reason: (response) => readErrorBody(response).message,
	classify(response, context) {
		const real = withRealStatus(response);
		return real.status === response.status ? undefined : toHttpError(real, context, serverlessErrors);
	},
	table: {
		401: {
			error: 'authentication',
			message: 'ComfyUI Serverless refused the login (401)',
			hint: 'Check the API key, or e-mail and password, in the credential.',
		},
		403: {
			error: 'authentication',
			message: 'ComfyUI Serverless does not allow the request (403)',
			hint: 'Use the account that owns the job or file, and check that it is active.',
		},
		404: {
			error: 'not-found',
			message: 'ComfyUI Serverless has nothing at {path} (404)',
			hint: 'Check the ID and the base URL, and that it belongs to this account.',
		},
		413: {
			error: 'too-large',
			message: 'ComfyUI Serverless refused the request because it is too large (413)',
			hint: 'Send a smaller file; the maximum is 100 MB.',
		},
		429: {
			error: 'http',
			message: 'ComfyUI Serverless accepts no more requests at the moment (429)',
			hint: 'Try again later, or wait for fewer jobs at a time: by default the service allows 60 requests a minute and 1000 an hour.',
		},
		'4xx': {
			error: 'http',
			message: 'ComfyUI Serverless answered {path} with status {status}',
			hint: 'Check what the message names; the service may also be of another version.',
		},
		'5xx': {
			error: 'http',
			message: 'ComfyUI Serverless answered {path} with status {status}',
			hint: 'Look at the log of the service for the cause.',
		},
	},
};

/** The answer with the real status of a 500, and with `Retry-After` for a 429. */
export function withRealStatus(response: TextResponse): TextResponse {
	if (response.status !== 500 && response.status !== 429) return response;
	const { status, retryAfterMs: waitMs } = readErrorBody(response);
	if (waitMs === undefined) return { ...response, status };
	return { ...response, status, headers: { ...response.headers, 'retry-after': String(waitMs / 1000) } };
}

/** Why the service refused a request. */
export interface ErrorBody {
	/** The real status: several kinds of failures have status 500 and the real one in their text. */
	status: number;
	/** The machine-readable kind, such as `rate_limit_exceeded`; empty when there is none. */
	code: string;
	message: string;
	/** The wrong parts of the body of the request (422). */
	details: RefusedPart[];
	/** Milliseconds to wait. */
	retryAfterMs?: number;
}

/** A part of a request that the service does not accept. */
interface RefusedPart {
	/** Such as `["body", "workflow", "nodes", "3", "inputs", 0, "value"]`. */
	path: Array<string | number>;
	message: string;
}

/**
 * Reads a refusal in each of its forms: `{error, message, status_code}`, `{error, retry_after}`,
 * `{detail: "text"}`, `{detail: [{loc, msg}]}`. Plain text is the message itself, a web page has none.
 */
export function readErrorBody({ status, headers, text }: TextResponse): ErrorBody {
	const waitMs = retryAfterMs(headers);
	const body = safeParse(text);
	if (!isRecord(body)) {
		const message = /^\s*</.test(text) ? '' : text;
		return { status, code: '', message, details: [], retryAfterMs: waitMs };
	}
	const details = readDetails(body.detail);
	const code = typeof body.error === 'string' ? body.error : '';
	const said = [body.message, body.detail, code].find((value) => typeof value === 'string' && value !== '');
	return {
		status: realStatus(status, body.status_code),
		code,
		message: details.length > 0 ? details.map(toText).join('; ') : String(said ?? ''),
		details,
		retryAfterMs: waitMs ?? seconds(body.retry_after),
	};
}

function realStatus(status: number, inside: unknown): number {
	return status === 500 && typeof inside === 'number' && inside >= 400 && inside < 600 ? inside : status;
}

function readDetails(detail: unknown): RefusedPart[] {
	return (Array.isArray(detail) ? detail : []).filter(isRecord).map(({ loc, msg }) => ({
		path: (Array.isArray(loc) ? loc : []).filter(
			(part): part is string | number => typeof part === 'string' || typeof part === 'number',
		),
		message: typeof msg === 'string' ? msg : 'not accepted',
	}));
}

const toText = ({ path, message }: RefusedPart) =>
	`${path.filter((part) => part !== 'body').join('.')}: ${message}`;

const seconds = (value: unknown) =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value * 1000 : undefined;

/** The findings of the service: a Python list of texts. */
const FINDINGS = /Invalid workflow: *(\[[^]*)$/;
/** A text without its closing quote, as at the end of a list that was cut, is read to the end. */
const PYTHON_TEXT = /'((?:[^'\\]|\\(?:[^]|$))*)(?:'|$)|"((?:[^"\\]|\\(?:[^]|$))*)(?:"|$)/g;
const OF_NODE = /^Node (\S+): ([^]*)$/;
const MAX_CHARACTERS = 20_000;

/**
 * The error for a workflow that the service itself refused, before it reached ComfyUI.
 * @returns undefined for a refusal that concerns something else
 */
export function toRefusedWorkflow(
	{ status, message, details }: ErrorBody,
	workflow: ApiWorkflow,
	clean: (text: string, max?: number) => string = tidy,
): ValidationError | undefined {
	const [, found] = FINDINGS.exec(message) ?? [];
	if (found === undefined && status !== 422 && status !== 400) return undefined;
	const texts = found === undefined ? [] : pythonTexts(found);
	const findings = texts.length > 0 ? texts.map(ofText) : details.map(ofPart);
	const problems = findings
		.filter((finding) => finding.nodeId !== undefined)
		.map((finding) => toProblem(finding, workflow, clean));
	const general = findings.filter(({ nodeId }) => nodeId === undefined).map(({ text }) => clean(text, 200));
	const said = [...problems.map(({ text }) => text), ...general];
	return new ValidationError(
		`ComfyUI Serverless refused the workflow: ${said.length > 0 ? listed(said, 4) : clean(message, 300) || 'no reason given'}`,
		'invalid_workflow',
		problems,
		problems.some(({ type }) => type === 'unsupported_node_type') || (texts.length > 0 && general.length > 0)
			? 'The service accepts only the node types that its operator lists, and only workflows with a checkpoint loader, a sampler and Save Image or Preview Image. Ask its operator to extend the list, or run the workflow on another host.'
			: 'Correct what the message names, in the workflow or in the options of the job.',
	);
}

/** A problem that the service found, in a node when it names one. */
interface Finding {
	nodeId?: string;
	text: string;
}

function pythonTexts(list: string): string[] {
	const texts = [...list.slice(0, MAX_CHARACTERS).matchAll(PYTHON_TEXT)];
	return texts.map(([, single, double]) => (single ?? double ?? '').replace(/\\(['"\\])/g, '$1'));
}

function ofText(text: string): Finding {
	const [, nodeId, said] = OF_NODE.exec(text) ?? [];
	return nodeId === undefined ? { text } : { nodeId, text: said };
}

function ofPart({ path, message }: RefusedPart): Finding {
	const at = path.indexOf('nodes');
	const where = path.filter((part) => part !== 'body').join('.');
	return {
		nodeId: at < 0 || path[at + 1] === undefined ? undefined : String(path[at + 1]),
		text: `${where}: ${message}`,
	};
}

function toProblem(
	{ nodeId = '', text }: Finding,
	workflow: ApiWorkflow,
	clean: (text: string, max?: number) => string,
): NodeProblem {
	const nodeTitle = titleOf(workflow, nodeId);
	const nodeType = Object.hasOwn(workflow, nodeId) ? workflow[nodeId].class_type : undefined;
	const [, input] = /\binput '([^']+)'/i.exec(text) ?? [];
	return {
		nodeId,
		nodeTitle,
		nodeType,
		type: typeOf(text),
		input,
		text: `${nameNode(clean(nodeId, 60), nodeTitle, nodeType)}: ${clean(text, 200)}`,
	};
}

function typeOf(text: string): string {
	if (/^Unsupported node type/i.test(text)) return 'unsupported_node_type';
	if (/^Missing required input|cannot be null/i.test(text)) return 'required_input_missing';
	return /references non-existent node/i.test(text) ? 'bad_linked_input' : 'invalid_input_type';
}

const REFUSED_BY_COMFYUI = /Failed to queue workflow|Node errors in workflow/i;
const TIMED_OUT = /timed? ?out/i;
const DEFAULT_ADVICE = adviceFor('', '');

/**
 * The error for a failed job.
 * @param error the reason from the service; usually a text
 */
export function toError(
	promptId: string,
	error: unknown,
	workflow: ApiWorkflow | undefined,
	api: Api,
): ComfyUiError {
	const clean = (text: string, max?: number) => api.clean(text, max);
	const said =
		typeof error === 'string' ? error : error === undefined || error === null ? '' : show(error, 600);
	const refused = toRefusedWorkflow(
		{ status: 500, code: '', message: said, details: [] },
		workflow ?? {},
		clean,
	);
	if (refused) return refused;
	if (REFUSED_BY_COMFYUI.test(said)) {
		return new ValidationError(
			`The ComfyUI behind the service refused the workflow; the service does not return the reason: ${clean(said, 200)}`,
			'refused_by_comfyui',
			[],
			'Check that all node types, models and input files of the workflow are on that ComfyUI. Files that were uploaded to the service are not in its input folder, so Load Image does not find them.',
		);
	}
	const text = clean(said, 600) || 'no reason given';
	const advice = adviceFor('', text);
	return new ExecutionError(
		`ComfyUI Serverless failed to run the job: ${text}`,
		promptId,
		{ exceptionType: 'unknown', exceptionMessage: text, traceback: [] },
		TIMED_OUT.test(said)
			? 'The service does not notice when a node fails: such a job stays running until its time limit. Run the workflow in the ComfyUI editor to see whether a node fails; give it more time ("timeoutMinutes") when none does.'
			: advice === DEFAULT_ADVICE
				? 'Look at the log of the service and of the ComfyUI behind it.'
				: advice,
	);
}

export function cancelledError(promptId: string): InterruptedError {
	return new InterruptedError(
		'The job was cancelled on ComfyUI Serverless.',
		promptId,
		'It was cancelled through the service. Run it again if this was a mistake.',
	);
}
