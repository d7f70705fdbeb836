import { parseJson } from '../../core/json';
import type { TextResponse } from '../../transport/Api';
import { isRecord } from '../../core/guards';

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
export function wantsPayment({ status, text }: TextResponse): boolean {
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
