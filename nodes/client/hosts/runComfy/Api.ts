import { UnexpectedResponseError } from '../../core/errors';
import { isRecord } from '../../core/guards';
import { Api as HttpApi, type ApiRequest } from '../../transport/Api';
import type { TextResponse } from '../../transport/httpErrors';
import { codeIn, statusOf } from './errors';

/** Requests to RunComfy. It also sends refusals with status 200 and an `error_code` in the body. */
export class Api extends HttpApi {
	/** Sends and reads a JSON object. @throws the error for any status but 2xx, and for a refusal in the body */
	async object(request: ApiRequest): Promise<Record<string, unknown>> {
		return this.readObject(await this.text(request), request.path);
	}

	/** The JSON object of an answer. @throws the error for any status but 2xx, and for a refusal in the body */
	readObject(response: TextResponse, path: string): Record<string, unknown> {
		const answer = this.read(response, path);
		if (isRecord(answer)) return answer;
		throw this.notRunComfy(response, path);
	}

	/** The JSON of an answer. @throws the error for any status but 2xx, and for a refusal in the body */
	read(response: TextResponse, path: string): unknown {
		this.assertOk(response, path);
		const answer = this.parse(response, path);
		const code = codeIn(answer);
		if (code !== undefined) throw this.toError({ ...response, status: statusOf(code) }, path);
		return answer;
	}

	notRunComfy({ status, text }: TextResponse, path: string): UnexpectedResponseError {
		return new UnexpectedResponseError(
			`${this.base}${path} did not answer in the form of RunComfy: ${this.clean(text, 120)}`,
			status,
			'Check the base URL in the credential; that of RunComfy itself is https://api.runcomfy.net/prod/v2.',
		);
	}
}
