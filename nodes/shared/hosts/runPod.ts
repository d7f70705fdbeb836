import type { RunPod } from '../../client/hosts/runPod/RunPod';
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
	async verify(host) {
		const { workers } = await (host as RunPod).health();
		const ready = Object.entries(workers).map(([state, count]) => `${count} ${state}`);
		return `Connected to the RunPod endpoint${ready.length > 0 ? ` (workers: ${ready.join(', ')})` : ''}.`;
	},
};
