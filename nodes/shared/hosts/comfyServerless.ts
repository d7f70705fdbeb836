import { connectComfyServerless } from '../../client/hosts/comfyServerless/connect';
import { login } from '../../client/hosts/comfyServerless/login';
import { authorized, textOf, type HostKind } from './HostKind';
import { loginOver } from '../../client/hosts/comfyServerless/Session';
import { ofService } from '../../client/transport/connectionErrors';
import { readBaseUrl } from '../../client/transport/address';

/** ComfyUI Serverless: with an API key, or with a login that n8n keeps and renews. */
export const comfyServerless: HostKind = {
	name: 'comfyServerless',
	displayName: 'ComfyUI Serverless',
	credentialType: 'comfyUiServerlessApi',
	renewsLogin: true,
	readAccess({ authentication, apiKey, baseUrl, accessToken }) {
		const { base, query } = readBaseUrl(textOf(baseUrl), /\/$/);
		const token = authentication === 'apiKey' ? textOf(apiKey) : textOf(accessToken);
		return { base, query, headers: authorized(token && `Bearer ${token}`), rejectUnauthorized: true };
	},
	connect({ authentication, apiKey, baseUrl, email, password, accessToken, refreshToken }, transport) {
		const usesKey = authentication === 'apiKey';
		return connectComfyServerless({
			baseUrl: textOf(baseUrl),
			...(usesKey ? { apiKey: textOf(apiKey) } : { email: textOf(email), password: String(password ?? '') }),
			secrets: [textOf(accessToken), textOf(refreshToken)].filter(Boolean),
			...transport,
		});
	},
	async testLogin({ authentication, baseUrl, email, password }, transport) {
		if (authentication === 'apiKey') return undefined;
		const { base, query } = readBaseUrl(textOf(baseUrl), /\/$/);
		const account = { baseUrl: base, email: textOf(email), password: String(password ?? '') };
		await login(loginOver(transport, query), account).catch((error: unknown) => {
			throw ofService(error, base);
		});
		return 'Logged in to ComfyUI Serverless.';
	},
};
