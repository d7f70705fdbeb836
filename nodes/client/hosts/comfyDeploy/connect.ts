import { InvalidInputError } from '../../core/errors';
import { nodeTransport } from '../../transport/nodeTransport';
import { IDLE_TIMEOUT_MS, type TransportOptions } from '../../transport/TransportOptions';
import type { Version } from './ApiVersion';
import { type ComfyDeploy, createComfyDeploy } from './ComfyDeploy';
import { COMFY_DEPLOY_URL, comfyDeployUrl } from '../baseUrls';

/** How to reach ComfyUI Deploy. */
export interface ComfyDeployOptions extends TransportOptions {
	/** Like `https://comfy.example.com/api` for the open-source web app. Default: the hosted one. */
	baseUrl?: string;
	/** From "API Keys" in ComfyUI Deploy; sent as Bearer, and never to the storage. Required unless a `transport` adds it. */
	apiKey?: string;
	/** `v2`: the hosted API; `webApp`: the open-source web app. Default `auto`: detected from the answers of the host. */
	generation?: 'auto' | Version;
}

/** Builds the host. @throws InvalidInputError for a URL that cannot be one, or without a key */
export function connectComfyDeploy(options: ComfyDeployOptions): ComfyDeploy {
	const { base, query } = comfyDeployUrl(options.baseUrl);
	const apiKey = options.apiKey?.trim().replace(/^bearer\s+/i, '') ?? '';
	if (!apiKey && !options.transport) {
		throw new InvalidInputError(
			'The API key of ComfyUI Deploy is empty.',
			'Create a key under "API Keys" in ComfyUI Deploy.',
		);
	}
	const { generation = 'auto' } = options;
	const headers = { authorization: `Bearer ${apiKey}` };
	return createComfyDeploy({
		transport: options.transport ?? nodeTransport({ base, headers, query }, options),
		base,
		secrets: [apiKey, ...Object.values(query)].filter(Boolean),
		idleTimeoutMs: options.idleTimeoutMs ?? IDLE_TIMEOUT_MS,
		hosted: true,
		generation: generation === 'auto' && base === COMFY_DEPLOY_URL ? 'v2' : generation,
	});
}
