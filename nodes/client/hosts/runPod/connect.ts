import { InvalidInputError } from '../../core/errors';
import { nodeTransport } from '../../transport/nodeTransport';
import { IDLE_TIMEOUT_MS, type TransportOptions } from '../../transport/TransportOptions';
import { runPodUrl } from '../baseUrls';
import { createRunPod, type RunPod } from './RunPod';

/** How to reach an endpoint of RunPod that runs worker-comfyui. */
export interface RunPodOptions extends TransportOptions {
	/** As the console shows it, such as `abc123def456`. */
	endpointId: string;
	/** An API key of RunPod that may use the endpoint. May be empty only with a `transport` that adds it. */
	apiKey: string;
	/** Default `https://api.runpod.ai/v2`. */
	baseUrl?: string;
	/** Comfy.org API key for partner nodes; travels inside the job. */
	partnerApiKey?: string;
}

/** Builds the host; nothing is sent yet. @throws InvalidInputError for an id, key or URL that cannot be one */
export function connectRunPod(options: RunPodOptions): RunPod {
	const apiKey = options.apiKey.trim();
	if (!apiKey && !options.transport) {
		throw new InvalidInputError(
			'The RunPod API key is empty.',
			'Create one in the RunPod console: Settings, API Keys.',
		);
	}
	const { base, query, endpointId } = runPodUrl(options.endpointId, options.baseUrl);
	const headers = { authorization: `Bearer ${apiKey}` };
	return createRunPod({
		endpointId,
		transport: options.transport ?? nodeTransport({ base, headers, query }, options),
		base,
		secrets: [apiKey, options.partnerApiKey ?? '', ...Object.values(query)].filter(Boolean),
		idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
		hosted: true,
		partnerApiKey: options.partnerApiKey,
	});
}
