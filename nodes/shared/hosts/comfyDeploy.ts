import type { ComfyDeploy } from '../../client/hosts/comfyDeploy/ComfyDeploy';
import { COMFY_DEPLOY_URL, connectComfyDeploy, PASTED_ROUTE } from '../../client/hosts/comfyDeploy/connect';
import { textOf, type HostKind } from './HostKind';
import { readBaseUrl } from '../../client/transport/address';

/** A run that does not exist. */
const NO_RUN = '00000000-0000-0000-0000-000000000000';
const GENERATIONS = ['auto', 'v2', 'webApp'] as const;

/** ComfyUI Deploy, hosted or the open-source web app. */
export const comfyDeploy: HostKind = {
	name: 'comfyDeploy',
	displayName: 'ComfyUI Deploy',
	credentialType: 'comfyDeployApi',
	readAccess({ apiKey, baseUrl }) {
		const { base, query } = readBaseUrl(textOf(baseUrl) || COMFY_DEPLOY_URL, PASTED_ROUTE);
		const key = textOf(apiKey).replace(/^bearer\s+/i, '');
		return { base, query, headers: { authorization: `Bearer ${key}` }, rejectUnauthorized: true };
	},
	connect({ apiKey, baseUrl, generation }, transport) {
		return connectComfyDeploy({
			apiKey: textOf(apiKey),
			baseUrl: textOf(baseUrl),
			generation: GENERATIONS.find((name) => name === generation),
			...transport,
		});
	},
	async verify(host) {
		const generation = await (host as ComfyDeploy).generation();
		await host.getJobs([NO_RUN]); // a wrong key is told apart from a run that is not there
		return `Connected to ComfyUI Deploy (${generation === 'v2' ? 'hosted' : 'web app'}).`;
	},
};
