import {
	AuthenticationError,
	HttpError,
	NotFoundError,
	NotSupportedError,
	PaymentRequiredError,
	TooLargeError,
} from '../../core/errors';
import { Api, type ApiOptions, type TextResponse, retryAfterMs } from '../../transport/Api';
import { parseJson } from '../../core/json';
import { isRecord } from '../../core/guards';

/** An HTTP API of Comfy.org, whose refusals say more than a plain ComfyUI's. */
export class ComfyOrgApi extends Api {
	/** @param hostName as errors name it */
	constructor(
		options: ApiOptions,
		private readonly hostName: string,
	) {
		super(options);
	}

	override toError(response: TextResponse, path: string): Error {
		const { status } = response;
		const { code, message } = readRefusal(response.text);
		const said = this.clean(message || code, 300);
		const saying = said ? `: ${said}` : '';
		if (wantsPayment(response)) {
			return new PaymentRequiredError(
				`${this.hostName} wants a payment first (${status})${saying}`,
				'Choose a paid plan or add credits on platform.comfy.org, then run it again. Trying again without that does not help.',
			);
		}
		switch (status) {
			case 401:
				return new AuthenticationError(
					`${this.hostName} refused the API key (401)${saying}`,
					status,
					'Check the API key. Keys of Comfy.org begin with "comfyui-" and are made on platform.comfy.org.',
				);
			case 403:
				return this.forbidden(code, saying);
			case 404:
				return new NotFoundError(
					`${this.hostName} has nothing at ${this.clean(path, 120)} (404)${saying}`,
					'Check the base URL, and that the API key belongs to the account that made the job or file.',
				);
			case 413:
				return new TooLargeError(
					`${this.hostName} refused the request because it is too large (413)${saying}`,
					'Send a smaller file. Pictures that stand inside a workflow as text count too: upload them instead.',
				);
			case 429:
				return this.busy(code, saying, retryAfterMs(response.headers));
			default:
				return new HttpError(
					`${this.hostName} answered ${path} with status ${status}${saying}`,
					status,
					hintFor(status, code),
					retryAfterMs(response.headers),
				);
		}
	}

	private forbidden(code: string, saying: string): Error {
		if (/partner_node/i.test(code)) {
			return new NotSupportedError(
				`${this.hostName} does not run partner nodes for this account (403)${saying}`,
				'Allow partner nodes in the settings of the workspace on platform.comfy.org, or use a workflow without them.',
			);
		}
		return new AuthenticationError(
			`${this.hostName} does not allow the request (403)${saying}`,
			403,
			'Use an API key of the account or workspace that owns the job, file or deployment.',
		);
	}

	private busy(code: string, saying: string, waitMs: number | undefined): HttpError {
		const starting = /not_ready/i.test(code);
		return new HttpError(
			`${this.hostName} ${starting ? 'is still starting the deployment' : 'takes no more for now'} (429)${saying}`,
			429,
			starting
				? 'Run it again in a few minutes, or keep a minimum of one worker in the deployment.'
				: 'Run it again later, hand in fewer jobs at a time, or choose a plan with more parallel jobs.',
			waitMs,
		);
	}
}

function hintFor(status: number, code: string): string {
	if (/deployment_stopped/i.test(code)) return 'Start the deployment on platform.comfy.org first.';
	return status >= 500
		? 'The service has trouble of its own; try again later.'
		: 'Check the base URL, and what the message says about the request.';
}

/** Why a service of Comfy.org refused a request. */
export interface Refusal {
	/** The machine-readable kind, such as `QUEUE_LIMIT` or `insufficient_credits`; empty when there is none. */
	code: string;
	message: string;
	details?: unknown;
}

/**
 * Reads the body of a refusal, in any of its shapes: `{code, message}`, `{error: {code or type, message}}`,
 * `{error: "text"}`. A text that is none of these is the message itself; a web page says nothing.
 */
export function readRefusal(text: string): Refusal {
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

/** Whether money has to be spent before the request can succeed; some of these say so with a 429. */
function wantsPayment({ status, text }: TextResponse): boolean {
	if (status === 402) return true;
	if (status !== 429 && status !== 403) return false;
	const { code, message } = readRefusal(text);
	return PAYMENT_CODE.test(code) || (code === '' && PAYMENT_TEXT.test(message));
}

/** Whether the service only asks to wait: a full queue, a deployment that is starting, too many requests. */
export function isBusy(response: TextResponse): boolean {
	return response.status === 429 && !wantsPayment(response);
}

/** JSON of an answer; undefined when it is none. */
export function safeParse(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}
