import { isRecord } from '../../core/guards';
import type { HttpErrors, TextResponse } from '../../transport/httpErrors';
import { safeParse } from '../requests';

/** The errors of an HTTP API of Comfy.org. @param name the host in messages */
export function comfyOrgErrors(name: string): HttpErrors {
	return {
		reason({ text }) {
			const { code, message } = readErrorBody(text);
			return message || code;
		},
		classify(response) {
			if (wantsPayment(response)) return 'payment';
			const { code } = readErrorBody(response.text);
			if (response.status === 403 && /partner_node/i.test(code)) return 'partner nodes';
			if (response.status === 429 && /not_ready/i.test(code)) return 'starting';
			return /deployment_stopped/i.test(code) && !LITERAL.has(response.status) ? 'stopped' : undefined;
		},
		table: {
			payment: {
				error: 'payment',
				message: `${name} requires a payment first ({status})`,
				hint: 'Choose a paid plan or add credits on platform.comfy.org, then run it again. A retry without that does not help.',
			},
			'partner nodes': {
				error: 'not-supported',
				message: `${name} does not run partner nodes for this account (403)`,
				hint: 'Allow partner nodes in the settings of the workspace on platform.comfy.org, or use a workflow without them.',
			},
			starting: {
				error: 'http',
				message: `${name} is still starting the deployment (429)`,
				hint: 'Run it again in a few minutes, or keep a minimum of one worker in the deployment.',
			},
			stopped: {
				error: 'http',
				message: `${name} answered {path} with status {status}`,
				hint: 'Start the deployment on platform.comfy.org first.',
			},
			401: {
				error: 'authentication',
				message: `${name} refused the API key (401)`,
				hint: 'Check the API key. Keys of Comfy.org begin with "comfyui-" and are made on platform.comfy.org.',
			},
			403: {
				error: 'authentication',
				message: `${name} does not allow the request (403)`,
				hint: 'Use an API key of the account or workspace that owns the job, file or deployment.',
			},
			404: {
				error: 'not-found',
				message: `${name} has nothing at {path} (404)`,
				hint: 'Check the base URL, and that the API key belongs to the account that made the job or file.',
			},
			413: {
				error: 'too-large',
				message: `${name} refused the request because it is too large (413)`,
				hint: 'Send a smaller file. Images inside a workflow, as text, count too: upload them instead.',
			},
			429: {
				error: 'http',
				message: `${name} accepts no more jobs at the moment (429)`,
				hint: 'Run it again later, submit fewer jobs at a time, or choose a plan with more parallel jobs.',
			},
			'4xx': {
				error: 'http',
				message: `${name} answered {path} with status {status}`,
				hint: 'Check the base URL, and what the message says about the request.',
			},
			'5xx': {
				error: 'http',
				message: `${name} answered {path} with status {status}`,
				hint: 'The service has a problem of its own; try again later.',
			},
		},
	};
}

/** Statuses whose meaning is more specific than the code. */
const LITERAL = new Set([401, 403, 404, 413, 429]);

/** Why a service of Comfy.org refused a request. */
export interface ErrorBody {
	/** Machine-readable, such as `QUEUE_LIMIT` or `insufficient_credits`; empty when there is none. */
	code: string;
	message: string;
	details?: unknown;
}

/**
 * Reads the body of a refusal in each of its forms: `{code, message}`, `{error: {code or type, message}}`,
 * `{error: "text"}`. Any other text is the message itself; a web page has none.
 */
export function readErrorBody(text: string): ErrorBody {
	const body = safeParse(text);
	if (!isRecord(body)) return { code: '', message: text.trimStart().startsWith('<') ? '' : text };
	const facts = isRecord(body.error) ? body.error : body;
	const [code] = [facts.code, facts.type].filter((value) => typeof value === 'string');
	const [message] = [facts.message, body.error, facts.detail].filter((value) => typeof value === 'string');
	return { code: (code as string) ?? '', message: (message as string) ?? '', details: facts.details };
}

const PAYMENT_CODE = /payment|free_tier|subscription|insufficient_(credits|funds)/i;
/** For refusals without a code. */
const PAYMENT_TEXT = /subscription|payment|not paid|credits|free tier|upgrade your plan/i;

/** Whether the request can succeed only after a payment; some such refusals have status 429. */
function wantsPayment({ status, text }: TextResponse): boolean {
	if (status === 402) return true;
	if (status !== 429 && status !== 403) return false;
	const { code, message } = readErrorBody(text);
	return PAYMENT_CODE.test(code) || (code === '' && PAYMENT_TEXT.test(message));
}

/** Whether a later retry can succeed: a full queue, a deployment that is starting, too many requests. */
export function isBusy(response: TextResponse): boolean {
	return response.status === 429 && !wantsPayment(response);
}
