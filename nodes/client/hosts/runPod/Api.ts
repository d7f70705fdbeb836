import {
	AuthenticationError,
	HttpError,
	NotFoundError,
	PaymentRequiredError,
	TooLargeError,
	UnexpectedResponseError,
} from '../../core/errors';
import { parseJson } from '../../core/json';
import { type Api, type ApiRequest, type TextResponse, retryAfterMs } from '../../transport/Api';
import { isRecord } from '../../core/guards';

/** Requests to one endpoint, with RunPod's answers understood and its refusals put into words. */
export class Service {
	constructor(
		readonly api: Api,
		private readonly endpointId: string,
	) {}

	/** Sends and reads a JSON object. @throws the error that any status but 2xx stands for */
	async json(request: ApiRequest): Promise<Record<string, unknown>> {
		return this.read(await this.api.text(request), request.path);
	}

	/** The JSON object of an answer. @throws the error that any status but 2xx stands for */
	read(response: TextResponse, path: string): Record<string, unknown> {
		if (response.status < 200 || response.status >= 300) throw this.toError(response);
		const answer = this.api.parse(response, path);
		if (isRecord(answer)) return answer;
		throw new UnexpectedResponseError(
			`${this.api.base}${path} answered in a form that is not RunPod's: ${this.api.clean(response.text, 120)}`,
			response.status,
			'Check the base URL in the credential; that of RunPod itself is https://api.runpod.ai/v2.',
		);
	}

	/** The error that a refusal stands for. */
	toError({ status, text, headers }: TextResponse): Error {
		const reason = this.reason(text);
		const saying = reason ? `: ${reason}` : '.';
		if (status === 401 || status === 403) {
			return new AuthenticationError(
				`RunPod refused the API key (${status})${saying}`,
				status,
				'Check the key in the credential, and in the RunPod console (Settings, API Keys) that it is enabled and may use this endpoint.',
			);
		}
		if (status === 402) {
			return new PaymentRequiredError(
				`RunPod wants to be paid first (402)${saying}`,
				'Add credits in the RunPod console (Billing).',
			);
		}
		if (status === 404) {
			return new NotFoundError(
				`RunPod has no endpoint "${this.endpointId}" (404)${saying}`,
				'Take the ID from the page of the endpoint in the RunPod console. The key has to belong to the same account or team, and the endpoint has to be queue-based.',
			);
		}
		if (status === 413) {
			return new TooLargeError(
				`RunPod refused the job because it is too large (413)${saying}`,
				'Send smaller or fewer input files.',
			);
		}
		return new HttpError(
			status === 429
				? `RunPod takes no more requests for the moment (429)${saying}`
				: `RunPod answered with status ${status}${saying}`,
			status,
			hintFor(status),
			retryAfterMs(headers),
		);
	}

	/** What RunPod says for a reason: `{"error": "..."}` or plain text; web pages say nothing. */
	private reason(text: string): string {
		if (/^\s*</.test(text)) return '';
		const answer = parsed(text);
		const said = isRecord(answer) ? (answer.error ?? answer.message ?? answer.title) : undefined;
		return this.api.clean(typeof said === 'string' ? said : text, 300);
	}
}

function hintFor(status: number): string {
	if (status === 429) return 'Send fewer requests at once, or try again a little later.';
	return status >= 500
		? 'Try again later, and look at https://uptime.runpod.io and at the logs of the endpoint in the RunPod console.'
		: 'Check the workflow and the options of the job, and that the endpoint runs worker-comfyui.';
}

function parsed(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		return undefined;
	}
}
