import { nodeTransport } from '../../transport/nodeTransport';
import { IDLE_TIMEOUT_MS, type TransportOptions } from '../../transport/TransportOptions';
import type { Host } from '../Host';
import { createComfyApiV2 } from './ComfyApiV2';
import { comfyApiV2Url } from '../baseUrls';

/** How to reach a Comfy API v2. */
export interface ComfyApiV2Options extends TransportOptions {
	/**
	 * `https://cloud.comfy.org`, `https://{deployment}.run.comfy.app`, or the proxy before a self-hosted
	 * ComfyUI, such as `http://127.0.0.1:8189`; a path prefix is kept.
	 */
	baseUrl: string;
	/** Sent as a bearer token. Self-hosted proxies usually need none. */
	apiKey?: string;
	/** Comfy.org key for partner nodes, which travels inside the job. Default: none. */
	partnerApiKey?: string;
	/** How long a submission waits for a full queue or a starting deployment, ms; 0: not at all. Default 10 minutes. */
	queueWaitMs?: number;
}

const QUEUE_WAIT_MS = 10 * 60_000;

/** Builds the host. @throws InvalidInputError for a base URL that cannot be one */
export function connectComfyApiV2(options: ComfyApiV2Options): Host {
	const apiKey = options.apiKey?.trim();
	const partnerApiKey = options.partnerApiKey?.trim() || undefined;
	const { base, query, authorization } = comfyApiV2Url(options.baseUrl);
	const header = apiKey ? `Bearer ${apiKey}` : authorization;
	const headers: Record<string, string> = header ? { authorization: header } : {};
	const secrets = [apiKey ?? '', partnerApiKey ?? '', authorization ?? '', ...Object.values(query)];
	return createComfyApiV2({
		transport: options.transport ?? nodeTransport({ base, headers, query }, options),
		base,
		secrets: secrets.filter(Boolean),
		idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
		hosted: true,
		partnerApiKey,
		queueWaitMs: options.queueWaitMs ?? QUEUE_WAIT_MS,
	});
}
