import { ExecutionError, InterruptedError, type ComfyUiError } from '../../core/errors';
import { adviceFor, toExecutionError } from '../../protocol/executionErrors';
import type { ExecutionErrorData } from '../../protocol/messages';
import { toValidationError } from '../../protocol/validation';
import type { Api } from '../../transport/Api';
import type { HttpErrorRow, HttpErrors } from '../../transport/httpErrors';
import { safeParse } from '../requests';
import { type ApiWorkflow } from '../../core/ApiWorkflow';
import { partsOf } from './outputs';
import { isRecord } from '../../core/guards';

const REFUSED_KEY: HttpErrorRow = {
	error: 'authentication',
	message: 'RunPod refused the API key ({status})',
	hint: 'Check the key in the credential, and in the RunPod console (Settings, API Keys) that it is enabled and may use this endpoint.',
};

/** The HTTP errors of RunPod. */
export function runPodErrors(endpointId: string): HttpErrors {
	return {
		/** `{"error": "..."}` or plain text; web pages have no reason. */
		reason({ text }) {
			if (/^\s*</.test(text)) return '';
			const answer = safeParse(text);
			const reason = isRecord(answer) ? (answer.error ?? answer.message ?? answer.title) : undefined;
			return typeof reason === 'string' ? reason : text;
		},
		table: {
			401: REFUSED_KEY,
			403: REFUSED_KEY,
			402: {
				error: 'payment',
				message: 'RunPod requires a payment first (402)',
				hint: 'Add credits in the RunPod console (Billing).',
			},
			404: {
				error: 'not-found',
				message: `RunPod has no endpoint "${endpointId}" (404)`,
				hint: 'Take the ID from the page of the endpoint in the RunPod console. The key must belong to the same account or team, and the endpoint must be queue-based.',
			},
			413: {
				error: 'too-large',
				message: 'RunPod refused the job because it is too large (413)',
				hint: 'Send smaller or fewer input files.',
			},
			429: {
				error: 'http',
				message: 'RunPod accepts no more requests at the moment (429)',
				hint: 'Send fewer requests at once, or try again a little later.',
			},
			'4xx': {
				error: 'http',
				message: 'RunPod answered with status {status}',
				hint: 'Check the workflow and the options of the job, and that the endpoint runs worker-comfyui.',
			},
			'5xx': {
				error: 'http',
				message: 'RunPod answered with status {status}',
				hint: 'Try again later, and look at https://uptime.runpod.io and at the logs of the endpoint in the RunPod console.',
			},
		},
	};
}

/** What a worker reports about a failure. */
interface Failure {
	/** Class of the Python exception, when the handler itself broke. */
	type: string;
	message: string;
	/** Further lines, such as what went wrong with each file. */
	details: string[];
	traceback: string[];
}

/** The exception of a node, in the form of worker-comfyui. */
const [TYPE, ID, MESSAGE] = ['Workflow execution error: Node Type: ', ', Node ID: ', ', Message: '];
const DEFAULT_ADVICE = adviceFor('', '');

/**
 * The failure in an answer. RunPod moves the `error` of a handler to the top level, but not in all versions; the
 * first workers called it `message`.
 * @param failed whether RunPod itself counts the job as failed
 * @returns undefined when there is none
 */
export function readError(answer: Record<string, unknown>, failed: boolean, api: Api): Failure | undefined {
	const parts = partsOf(answer.output);
	const within = parts.find((part) => part.error || part.status === 'error');
	const details = parts.flatMap((part) => [part.details, part.errors].flatMap(texts));
	// where another node saved a file, the worker returns it together with the failure
	const ofNode = details.find(readNodeFailure);
	const error = answer.error || within?.error || within?.message || ofNode;
	if (!failed && !error && !within) return undefined;
	const { message, ...found } = parseFailure(error);
	return { ...found, message: api.redact(message), details: details.map((text) => api.redact(text)) };
}

function texts(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((text) => typeof text === 'string') : [];
}

/** An exception of the handler is a JSON object, every other failure is text. */
function parseFailure(error: unknown): Omit<Failure, 'details'> {
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
	const value = typeof text === 'string' && text.trimStart().startsWith('{') ? safeParse(text) : undefined;
	return isRecord(value) ? value : undefined;
}

/** Searches each separator once: a pattern with two open ends takes time that grows with the square of the text. */
function readNodeFailure(text: string): ExecutionErrorData | undefined {
	const [id, message] = [text.indexOf(ID), text.indexOf(MESSAGE, text.indexOf(ID))];
	if (!text.startsWith(TYPE) || id < 0 || message < 0) return undefined;
	return {
		node_type: text.slice(TYPE.length, id),
		node_id: text.slice(id + ID.length, message),
		exception_message: text.slice(message + MESSAGE.length),
	};
}

/** Whether the worker could not store a file in its bucket. The reason of the bucket reads like that of a missing model. */
const isUploadFailure = (text: string) => text.startsWith('Error uploading ') && text.includes(' to S3: ');

const BUCKET_ADVICE =
	'The workflow ran, but the worker could not store its files. Check BUCKET_ENDPOINT_URL, BUCKET_ACCESS_KEY_ID and BUCKET_SECRET_ACCESS_KEY of the endpoint, and that the bucket exists. Without them the files come inside the response.';

/** The error for a failure: of the workflow when ComfyUI refused it, of a node when one is named, else of the worker. */
export function toError(
	promptId: string,
	{ type, message, details, traceback }: Failure,
	workflow: ApiWorkflow | undefined,
	api: Api,
): ComfyUiError {
	const body = readErrorBody(message);
	const refused = body && toValidationError(body, workflow ?? {});
	if (refused) return refused;
	for (const text of [message, ...details]) {
		const data = readNodeFailure(text);
		if (data) return toExecutionError(promptId, data, workflow, (one, max) => api.clean(one, max));
	}
	const text = api.clean([message, ...details].filter(Boolean).join(' - ') || 'no reason given', 600);
	const advice = details.some(isUploadFailure) ? BUCKET_ADVICE : adviceFor(type, text);
	return new ExecutionError(
		`The RunPod worker failed: ${text}${type && ` [${type}]`}`,
		promptId,
		{
			exceptionType: type || 'unknown',
			exceptionMessage: text,
			traceback: traceback.slice(-12).map((line) => api.clean(line, 400)),
		},
		advice === DEFAULT_ADVICE
			? 'Look at the logs of the endpoint in the RunPod console, and check that it runs worker-comfyui.'
			: advice,
	);
}

export function cancelledError(promptId: string): InterruptedError {
	return new InterruptedError(
		'The job was cancelled on RunPod.',
		promptId,
		'It was cancelled in the RunPod console or through its API. Run it again if this was a mistake.',
	);
}

export function timedOutError(promptId: string): ExecutionError {
	const message =
		'RunPod ended the job: it ran longer than the endpoint allows, or its worker stopped answering or never started.';
	return new ExecutionError(
		message,
		promptId,
		{ exceptionType: 'TIMED_OUT', exceptionMessage: message, traceback: [] },
		'Raise the execution timeout of the endpoint or of the job (10 minutes unless set), and check in the RunPod console that workers of the endpoint start.',
	);
}

/** Why ComfyUI refused a workflow, in the form of worker-comfyui, which does not return the answer of ComfyUI. */
const FINDING = /^• Node (\S+) \((\w+)\): (.*)$/;
const MAX_CHARACTERS = 2_000_000;

/**
 * The answer with which ComfyUI refused a workflow (see POST /prompt), rebuilt from the text of the worker.
 * @returns undefined for any other text, and when a part of it cannot be read
 */
function readErrorBody(text: string): Record<string, unknown> | undefined {
	if (text.length > MAX_CHARACTERS) return undefined;
	const [, raw] = /^[^\n]*?\. Raw response: (\{[^]*)$/.exec(text) ?? [];
	if (raw) return readRaw(raw);
	const [title, ...lines] = text.split('\n');
	return title === 'Workflow validation failed:' ? readFindings(lines) : undefined;
}

/** When no node is named, the worker repeats the answer of ComfyUI. */
function readRaw(text: string): Record<string, unknown> | undefined {
	const answer = safeParse(text);
	return isRecord(answer) && isRecord(answer.error) ? answer : undefined;
}

/** One line per node and member of its entry in `node_errors`; an empty line comes before advice. */
function readFindings(lines: string[]): Record<string, unknown> | undefined {
	const nodes = new Map<string, Record<string, unknown>>();
	for (const line of lines) {
		if (!line.trim()) break;
		const [found, nodeId, member, text] = FINDING.exec(line) ?? [];
		if (!found) return undefined;
		const node = nodes.get(nodeId) ?? {};
		nodes.set(nodeId, node);
		if (member === 'class_type') node.class_type = text;
		if (member === 'errors') node.errors = parsePython(text);
	}
	const complete = [...nodes.values()].every(
		({ errors }) => Array.isArray(errors) && errors.length > 0 && errors.every(isRecord),
	);
	if (nodes.size === 0 || !complete) return undefined;
	const error = { type: 'prompt_outputs_failed_validation', message: 'Workflow validation failed' };
	return { error, node_errors: Object.fromEntries(nodes) };
}

/** Strings in either quotes, words of Python, numbers, punctuation. Strings match without backtracking. */
const TOKEN =
	/'[^'\\]*(?:\\[^][^'\\]*)*'|"[^"\\]*(?:\\[^][^"\\]*)*"|-?\d[\d.]*(?:e[+-]?\d+)?|[A-Za-z]+|[[\]{},:]|-|\s+/y;
const WORDS: Record<string, string> = {
	True: 'true',
	False: 'false',
	None: 'null',
	nan: 'null',
	inf: 'null',
};
const ESCAPE = /\\(?:x([\da-f]{2})|u([\da-f]{4})|U([\da-f]{8})|([^]))/g;
const CONTROLS: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

/**
 * Parses the printed form of Python data that came from JSON: `{'a': [1, True, None]}`.
 * @returns undefined when the text is anything else
 */
export function parsePython(text: string): unknown {
	const tokens: string[] = [];
	for (let at = 0; at < text.length; ) {
		TOKEN.lastIndex = at;
		const token = TOKEN.exec(text)?.[0];
		const json = token && toJson(token);
		if (json === undefined || json === '') return undefined;
		tokens.push(json);
		at = TOKEN.lastIndex;
	}
	return safeParse(tokens.join(''));
}

/** The same token in JSON; undefined for a word that is not data. */
function toJson(token: string): string | undefined {
	if (/^['"]/.test(token)) return JSON.stringify(token.slice(1, -1).replace(ESCAPE, unescaped));
	if (token === '-') return ' '; // before inf
	if (/^[A-Za-z]/.test(token)) return Object.hasOwn(WORDS, token) ? WORDS[token] : undefined;
	return token;
}

function unescaped(_all: string, byte?: string, unit?: string, point?: string, other = ''): string {
	const code = byte ?? unit ?? point;
	if (code === undefined) return Object.hasOwn(CONTROLS, other) ? CONTROLS[other] : other;
	const value = parseInt(code, 16);
	return value <= 0x10ffff ? String.fromCodePoint(value) : '';
}
