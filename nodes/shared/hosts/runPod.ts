import { runPodUrl } from '../../client/hosts/baseUrls';
import { authorized, textOf, type HostKind } from './HostKind';

/** A serverless endpoint of RunPod with worker-comfyui. */
export const runPod: HostKind = {
	name: 'runPod',
	readAccess({ apiKey, baseUrl, endpointId }) {
		const { base, query } = runPodUrl(textOf(endpointId), textOf(baseUrl));
		return { base, query, headers: authorized(`Bearer ${textOf(apiKey)}`), rejectUnauthorized: true };
	},
	async load() {
		const { connectRunPod } = await import('../../client/hosts/runPod/connect');
		return ({ apiKey, baseUrl, endpointId, partnerApiKey }, transport) =>
			connectRunPod({
				apiKey: textOf(apiKey),
				baseUrl: textOf(baseUrl),
				endpointId: textOf(endpointId),
				partnerApiKey: textOf(partnerApiKey) || undefined,
				...transport,
			});
	},
};
