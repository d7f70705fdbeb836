import { Api as HttpApi, type ApiRequest } from '../../transport/Api';
import type { TextResponse } from '../../transport/httpErrors';
import { withRealStatus } from './errors';

/** Requests to ComfyUI Serverless, which hides the status of some refusals inside the text of a 500. */
export class Api extends HttpApi {
	override async text(request: ApiRequest): Promise<TextResponse> {
		return withRealStatus(await super.text(request));
	}
}
