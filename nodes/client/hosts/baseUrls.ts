import { InvalidInputError } from '../core/errors';
import { parseAddress, readBaseUrl, type ServerAddress } from '../transport/address';

/**
 * Reads the base URL of each host as people enter it. In a file of its own, because n8n's credentials need it without
 * the code of the hosts. Each function throws InvalidInputError for a text that cannot be a URL.
 */

const COMFY_CLOUD_URL = 'https://cloud.comfy.org';
/** The hosted ComfyUI Deploy. */
export const COMFY_DEPLOY_URL = 'https://api.comfydeploy.com/api';
const RUNCOMFY_URL = 'https://api.runcomfy.net/prod/v2';
const RUNPOD_URL = 'https://api.runpod.ai/v2';

export function comfyApiV2Url(text: string): ServerAddress {
	return readBaseUrl(text, /\/api\/v2$/);
}

/** @param text empty for Comfy Cloud itself */
export function comfyCloudUrl(text = ''): ServerAddress {
	return readBaseUrl(text || COMFY_CLOUD_URL, /\/api$/);
}

/** Removes routes that people copy together with the URL. @param text empty for the hosted ComfyUI Deploy */
export function comfyDeployUrl(text = ''): ServerAddress {
	return readBaseUrl(text.trim() || COMFY_DEPLOY_URL, /\/(run|run\/deployment\/queue|upload-url|workflow)$/);
}

export function comfyServerlessUrl(text: string): ServerAddress {
	return readBaseUrl(text, /\/$/);
}

/** Removes the route that people copy together with the URL. @param text empty for RunComfy itself */
export function runComfyUrl(text = ''): ServerAddress {
	return readBaseUrl(text.trim() || RUNCOMFY_URL, /\/deployments$/);
}

/** The URL of an endpoint. @param text empty for RunPod itself */
export function runPodUrl(id: string, text = ''): ServerAddress & { endpointId: string } {
	const endpointId = id.trim();
	if (!/^[\w-]+$/.test(endpointId)) {
		throw new InvalidInputError(
			endpointId ? 'The RunPod endpoint ID is no ID.' : 'The RunPod endpoint ID is empty.',
			'Take the ID alone (such as abc123def456) from the page of the endpoint in the RunPod console, not its name or URL.',
		);
	}
	const address = parseAddress(text || RUNPOD_URL);
	return { ...address, base: `${address.base}/${endpointId}`, endpointId };
}
