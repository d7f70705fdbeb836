import { InvalidInputError } from '../../core/errors';
import { nodeTransport } from '../../transport/nodeTransport';
import { IDLE_TIMEOUT_MS, type TransportOptions } from '../../transport/TransportOptions';
import { runComfyUrl } from '../baseUrls';
import type { Host } from '../Host';
import { createRunComfy } from './RunComfy';

/** How to reach RunComfy's serverless API. */
export interface RunComfyOptions extends TransportOptions {
	/** From the page "Profile" of RunComfy; sent as Bearer, and never to the storage. May be empty only with a `transport` that adds it. */
	apiKey: string;
	/** With the version of the API. Default `https://api.runcomfy.net/prod/v2`. */
	baseUrl?: string;
	/** Comfy.org API key for partner nodes; travels inside the job. */
	partnerApiKey?: string;
}

/** Builds the host; nothing is sent yet. @throws InvalidInputError for a URL that cannot be one, or without a token */
export function connectRunComfy(options: RunComfyOptions): Host {
	const { base, query } = runComfyUrl(options.baseUrl);
	const apiKey = options.apiKey.trim().replace(/^bearer\s+/i, '');
	if (!apiKey && !options.transport) {
		throw new InvalidInputError(
			'The API token of RunComfy is empty.',
			'Copy it from the page "Profile" of RunComfy.',
		);
	}
	const headers = { authorization: `Bearer ${apiKey}` };
	return createRunComfy({
		transport: options.transport ?? nodeTransport({ base, headers, query }, options),
		base,
		secrets: [apiKey, options.partnerApiKey ?? '', ...Object.values(query)].filter(Boolean),
		idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
		hosted: true,
		partnerApiKey: options.partnerApiKey,
	});
}
