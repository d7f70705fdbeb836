import {
	AuthenticationError,
	HttpError,
	NotFoundError,
	PaymentRequiredError,
	TooLargeError,
	ValidationError,
} from '../../core/errors';
import { parseJson } from '../../core/json';
import { listed } from '../../core/text';
import { Api, type TextResponse, retryAfterMs } from '../../transport/Api';
import { isRecord } from '../../core/guards';

const MONEY = /credit|billing|subscription|spend limit|upgrade|limit reached|\bplan\b/i;
/** The web app says this with a 500; the last is its database's opinion of an id. */
const NOT_THERE = /\bnot found\b|no version found|invalid workflow_id|invalid input syntax for type uuid/i;
const CHECK_OWNER = 'Check the ID, and that the API key belongs to the account or organisation that owns it.';

/** The HTTP API of ComfyUI Deploy, of either generation, whose refusals say more than a plain ComfyUI's. */
export class DeployApi extends Api {
	override toError(response: TextResponse, path: string): Error {
		const { status } = response;
		const { text, findings } = readRefusal(response);
		const said = this.clean(text, 300);
		const saying = said ? `: ${said}` : '';
		if (status === 402 || (status === 403 && MONEY.test(said))) {
			return new PaymentRequiredError(
				`ComfyUI Deploy wants a payment first (${status})${saying}`,
				'Add GPU credits or change the plan in ComfyUI Deploy. Trying again without that does not help.',
			);
		}
		if (findings.length > 0) return this.invalid(findings);
		switch (status) {
			case 401:
				return new AuthenticationError(
					`${this.base} refused the API key (401)${saying}`,
					status,
					'Check the API key. Keys are made under "API Keys" in ComfyUI Deploy, and can expire or be revoked.',
				);
			case 403:
				return new AuthenticationError(
					`${this.base} does not allow the request (403)${saying}`,
					status,
					'Use an API key of the account or organisation that owns the deployment.',
				);
			case 413:
				return new TooLargeError(
					`ComfyUI Deploy refused the request because it is too large (413)${saying}`,
					'Send a smaller file, or put it at a public address and enter that as the value of the input.',
				);
			case 429:
				return new HttpError(
					`ComfyUI Deploy takes no more requests for now (429)${saying}`,
					status,
					'Wait and try again, or run fewer at a time.',
					retryAfterMs(response.headers),
				);
		}
		if (NOT_THERE.test(said) && !/^not found$/i.test(said)) {
			return new NotFoundError(`ComfyUI Deploy answered ${path} with: ${said}`, CHECK_OWNER);
		}
		if (status === 404) {
			return new NotFoundError(
				`${this.base} has nothing at ${this.clean(path, 120)} (404)${saying}`,
				'Check the base URL; it usually ends in /api, as in https://api.comfydeploy.com/api.',
			);
		}
		return new HttpError(
			`ComfyUI Deploy answered ${path} with status ${status}${saying}`,
			status,
			status >= 500
				? 'Look at the run and at the machine of the deployment in ComfyUI Deploy; the service may also have trouble of its own.'
				: 'Check the base URL, and what the message says about the request.',
			retryAfterMs(response.headers),
		);
	}

	private invalid(findings: Finding[]): ValidationError {
		const problems = findings.map(({ input, text, type }) => ({
			nodeId: '',
			type: this.clean(type, 80),
			input: this.clean(input, 80),
			text: this.clean(input ? `input "${input}": ${text}` : text, 200),
		}));
		const texts = problems.map(({ text }) => text);
		return new ValidationError(
			`ComfyUI Deploy refused the request: ${listed(texts, 4)}`,
			'invalid_request',
			problems,
			'Correct what is named. The page of the deployment in ComfyUI Deploy lists its inputs and their types.',
		);
	}
}

/** Something that the host finds wrong with one input. */
interface Finding {
	/** Empty when it concerns the whole request. */
	input: string;
	text: string;
	type: string;
}

/** Why the host refused a request. */
interface Refusal {
	/** Empty for web pages, whose text says nothing. */
	text: string;
	findings: Finding[];
}

/**
 * Reads a refusal in every form there is: a text, `{error}`, `{code, message}`, the hosted API's `{detail}`
 * and `{detail: [{loc, msg, type}]}`, and the web app's `{error: {issues: [{path, message, code}]}}`.
 */
export function readRefusal({ text }: Pick<TextResponse, 'text'>): Refusal {
	if (text.trimStart().startsWith('<')) return { text: '', findings: [] };
	const body = safeParse(text);
	if (!isRecord(body)) return { text, findings: [] };
	const { detail, error, message } = body;
	const facts = isRecord(error) ? error : {};
	const list = [detail, facts.issues].find(Array.isArray) ?? [];
	const [words] = [detail, error, message, facts.message].filter((part) => typeof part === 'string' && part);
	return { text: words === undefined ? text : String(words), findings: list.filter(isRecord).map(toFinding) };
}

/** Whether an answer says that there is no such route, as opposed to no such run, deployment or workflow. */
export function lacksRoute(response: TextResponse): boolean {
	if (response.status === 405) return true;
	if (response.status !== 404) return false;
	const body = safeParse(response.text);
	return !isRecord(body) || /^(|(404:? ?)?not found\.?)$/i.test(said(body).trim());
}

function said(body: Record<string, unknown>): string {
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

/** JSON of an answer; undefined when it is none. */
function safeParse(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}
