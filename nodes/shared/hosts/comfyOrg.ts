import { connectComfyApiV2 } from '../../client/hosts/comfyApiV2/connect';
import { COMFY_CLOUD_URL, connectComfyCloud } from '../../client/hosts/comfyCloud/connect';
import { authorized, textOf, type HostKind } from './HostKind';
import { readBaseUrl } from '../../client/transport/address';

/** Comfy Cloud, with the interface of a ComfyUI server. */
export const comfyCloud: HostKind = {
	name: 'comfyCloud',
	displayName: 'Comfy Cloud',
	credentialType: 'comfyCloudApi',
	readAccess({ apiKey, baseUrl }) {
		const { base, query } = readBaseUrl(textOf(baseUrl) || COMFY_CLOUD_URL, /\/api$/);
		return { base, query, headers: { 'x-api-key': textOf(apiKey) }, rejectUnauthorized: true };
	},
	connect({ apiKey, baseUrl, partnerApiKey }, transport) {
		return connectComfyCloud({
			apiKey: textOf(apiKey),
			baseUrl: textOf(baseUrl),
			partnerApiKey: textOf(partnerApiKey),
			...transport,
		});
	},
};

/** The Comfy API v2: deployments of comfy.org, and the proxy before a self-hosted ComfyUI. */
export const comfyApiV2: HostKind = {
	name: 'comfyApiV2',
	displayName: 'Comfy API V2',
	credentialType: 'comfyApiV2Api',
	readAccess({ apiKey, baseUrl }) {
		const { base, query, authorization } = readBaseUrl(textOf(baseUrl), /\/api\/v2$/);
		const header = textOf(apiKey) ? `Bearer ${textOf(apiKey)}` : authorization;
		return { base, query, headers: authorized(header), rejectUnauthorized: true };
	},
	connect({ apiKey, baseUrl, partnerApiKey }, transport) {
		return connectComfyApiV2({
			apiKey: textOf(apiKey),
			baseUrl: textOf(baseUrl),
			partnerApiKey: textOf(partnerApiKey),
			...transport,
		});
	},
};
