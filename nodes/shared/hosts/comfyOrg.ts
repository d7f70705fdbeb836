import { comfyApiV2Url, comfyCloudUrl } from '../../client/hosts/baseUrls';
import { authorized, textOf, type HostKind } from './HostKind';

/** Comfy Cloud, with the interface of a ComfyUI server. */
export const comfyCloud: HostKind = {
	name: 'comfyCloud',
	readAccess({ apiKey, baseUrl }) {
		const { base, query } = comfyCloudUrl(textOf(baseUrl));
		return { base, query, headers: { 'x-api-key': textOf(apiKey) }, rejectUnauthorized: true };
	},
	async load() {
		const { connectComfyCloud } = await import('../../client/hosts/comfyCloud/connect');
		return ({ apiKey, baseUrl, partnerApiKey }, transport) =>
			connectComfyCloud({
				apiKey: textOf(apiKey),
				baseUrl: textOf(baseUrl),
				partnerApiKey: textOf(partnerApiKey),
				...transport,
			});
	},
};

/** The Comfy API v2: deployments of comfy.org, and the proxy in front of a self-hosted ComfyUI. */
export const comfyApiV2: HostKind = {
	name: 'comfyApiV2',
	readAccess({ apiKey, baseUrl }) {
		const { base, query, authorization } = comfyApiV2Url(textOf(baseUrl));
		const header = textOf(apiKey) ? `Bearer ${textOf(apiKey)}` : authorization;
		return { base, query, headers: authorized(header), rejectUnauthorized: true };
	},
	async load() {
		const { connectComfyApiV2 } = await import('../../client/hosts/comfyApiV2/connect');
		return ({ apiKey, baseUrl, partnerApiKey }, transport) =>
			connectComfyApiV2({
				apiKey: textOf(apiKey),
				baseUrl: textOf(baseUrl),
				partnerApiKey: textOf(partnerApiKey),
				...transport,
			});
	},
};
