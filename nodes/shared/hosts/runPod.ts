import { connectRunPod, runPodBase } from '../../client/hosts/runPod/connect';
import { textOf, type HostKind } from './HostKind';

/** A serverless endpoint of RunPod with worker-comfyui. */
export const runPod: HostKind = {
	name: 'runPod',
	displayName: 'RunPod',
	credentialType: 'runPodComfyUiApi',
	readAccess({ apiKey, baseUrl, endpointId }) {
		const { base, query } = runPodBase(textOf(endpointId), textOf(baseUrl));
		return {
			base,
			query,
			headers: { authorization: `Bearer ${textOf(apiKey)}` },
			rejectUnauthorized: true,
		};
	},
	connect({ apiKey, baseUrl, endpointId, partnerApiKey }, transport) {
		return connectRunPod({
			apiKey: textOf(apiKey),
			baseUrl: textOf(baseUrl),
			endpointId: textOf(endpointId),
			partnerApiKey: textOf(partnerApiKey) || undefined,
			...transport,
		});
	},
};
