import { UnexpectedResponseError } from '../../core/errors';
import { isRecord } from '../../core/guards';
import { Api as HttpApi, type ApiRequest } from '../../transport/Api';
import type { TextResponse } from '../../transport/httpErrors';

/** Requests to one endpoint, whose answers are JSON objects. */
export class Api extends HttpApi {
	/** Sends and reads a JSON object. @throws the error that any status but 2xx stands for */
	async object(request: ApiRequest): Promise<Record<string, unknown>> {
		return this.readObject(await this.text(request), request.path);
	}

	/** The JSON object of an answer. @throws the error that any status but 2xx stands for */
	readObject(response: TextResponse, path: string): Record<string, unknown> {
		this.assertOk(response, path);
		const answer = this.parse(response, path);
		if (isRecord(answer)) return answer;
		throw new UnexpectedResponseError(
			`${this.base}${path} did not answer in the form of RunPod: ${this.clean(response.text, 120)}`,
			response.status,
			'Check the base URL in the credential; that of RunPod itself is https://api.runpod.ai/v2.',
		);
	}
}
