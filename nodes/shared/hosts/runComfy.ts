import { runComfyUrl } from '../../client/hosts/baseUrls';
import { authorized, textOf, type HostKind } from './HostKind';

/** RunComfy's serverless API. */
export const runComfy: HostKind = {
	name: 'runComfy',
	readAccess({ apiKey, baseUrl }) {
		const { base, query } = runComfyUrl(textOf(baseUrl));
		const key = textOf(apiKey).replace(/^bearer\s+/i, '');
		return { base, query, headers: authorized(`Bearer ${key}`), rejectUnauthorized: true };
	},
	async load() {
		const { connectRunComfy } = await import('../../client/hosts/runComfy/connect');
		return ({ apiKey, baseUrl, partnerApiKey }, transport) =>
			connectRunComfy({
				apiKey: textOf(apiKey),
				baseUrl: textOf(baseUrl),
				partnerApiKey: textOf(partnerApiKey) || undefined,
				...transport,
			});
	},
};
