import { InvalidInputError, NotSupportedError } from '../../core/errors';
import type { Submission } from '../Host';

/** @throws NotSupportedError for what would be ignored silently, InvalidInputError for a callback URL that is none */
export function assertPossible(submission: Submission): void {
	const { deployment, outputNodes, front, number, extraData, callbackUrl } = submission;
	if (deployment) {
		throw new NotSupportedError(
			'ComfyUI Serverless runs no deployed workflows by their ID.',
			'Hand in the workflow itself, with its inputs set.',
		);
	}
	if (outputNodes?.length) {
		throw new NotSupportedError(
			'ComfyUI Serverless runs all outputs of a workflow.',
			'Remove the output nodes that are not to run from the workflow.',
		);
	}
	if (front || number !== undefined) {
		throw new NotSupportedError(
			'ComfyUI Serverless does not put jobs before others.',
			'Choose the priority "high" for this job, or "low" for the others.',
		);
	}
	if (extraData?.api_key_comfy_org) {
		throw new NotSupportedError(
			'ComfyUI Serverless does not hand a Comfy.org key on to its ComfyUI.',
			'Use a workflow without partner nodes, or a self-hosted ComfyUI.',
		);
	}
	if (callbackUrl && !(URL.canParse(callbackUrl) && /^https?:\/\//i.test(callbackUrl))) {
		throw new InvalidInputError('The callback URL is no address that begins with http:// or https://.');
	}
}
