import { InvalidInputError } from '../../core/errors';
import { nodeTransport } from '../../transport/nodeTransport';
import { openSocket } from '../../transport/openSocket';
import { IDLE_TIMEOUT_MS, type TransportOptions } from '../../transport/TransportOptions';
import type { Host } from '../Host';
import { createComfyCloud } from './ComfyCloud';
import { comfyCloudUrl } from '../baseUrls';

/** How to reach Comfy Cloud. */
export interface ComfyCloudOptions extends TransportOptions {
	/** Begins with `comfyui-`; made on platform.comfy.org. A paid plan is needed. */
	apiKey: string;
	/** Default `https://cloud.comfy.org`. */
	baseUrl?: string;
	/** Comfy.org key for partner nodes, which travels inside the job. Default: the API key. */
	partnerApiKey?: string;
	/** How long a submission waits for a full queue, ms; 0: not at all. Default 10 minutes. */
	queueWaitMs?: number;
}

const QUEUE_WAIT_MS = 10 * 60_000;

/** Builds the host. @throws InvalidInputError without an API key, or for a base URL that cannot be one */
export function connectComfyCloud(options: ComfyCloudOptions): Host {
	const apiKey = options.apiKey.trim();
	if (!apiKey) {
		throw new InvalidInputError(
			'The API key of Comfy Cloud is empty.',
			'Enter a key made on platform.comfy.org; it begins with "comfyui-".',
		);
	}
	const partnerApiKey = options.partnerApiKey?.trim() || apiKey;
	const { base, query, authorization } = comfyCloudUrl(options.baseUrl);
	const headers = { 'x-api-key': apiKey, ...(authorization && { authorization }) };
	return createComfyCloud({
		transport: options.transport ?? nodeTransport({ base, headers, query }, options),
		base,
		secrets: [apiKey, partnerApiKey, ...Object.values(query), authorization ?? ''].filter(Boolean),
		idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
		hosted: true,
		apiKey,
		partnerApiKey,
		queueWaitMs: options.queueWaitMs ?? QUEUE_WAIT_MS,
		query,
		socket: {
			// the key is in the URL; a proxy in between may need its own
			headers: authorization ? { authorization } : {},
			rejectUnauthorized: options.rejectUnauthorized !== false,
			lookup: options.lookup,
		},
		openSocket: options.openSocket ?? openSocket,
	});
}
