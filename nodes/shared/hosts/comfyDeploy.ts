import { comfyDeployUrl } from '../../client/hosts/baseUrls';
import { authorized, textOf, type HostKind } from './HostKind';

const GENERATIONS = ['auto', 'v2', 'webApp'] as const;

/** ComfyUI Deploy, hosted or the open-source web app. */
export const comfyDeploy: HostKind = {
	name: 'comfyDeploy',
	readAccess({ apiKey, baseUrl }) {
		const { base, query } = comfyDeployUrl(textOf(baseUrl));
		const key = textOf(apiKey).replace(/^bearer\s+/i, '');
		return { base, query, headers: authorized(`Bearer ${key}`), rejectUnauthorized: true };
	},
	async load() {
		const { connectComfyDeploy } = await import('../../client/hosts/comfyDeploy/connect');
		return ({ apiKey, baseUrl, generation }, transport) =>
			connectComfyDeploy({
				apiKey: textOf(apiKey),
				baseUrl: textOf(baseUrl),
				generation: GENERATIONS.find((name) => name === generation),
				...transport,
			});
	},
};
