import { comfyServerlessUrl } from '../../client/hosts/baseUrls';
import { ofService } from '../../client/transport/connectionErrors';
import type { HttpTransport } from '../../client/transport/http';
import { authorized, textOf, type HostKind } from './HostKind';

/** ComfyUI Serverless: an API key, or a login whose tokens n8n stores and renews. */
export const comfyServerless: HostKind = {
	name: 'comfyServerless',
	renewsLogin: true,
	readAccess({ authentication, apiKey, baseUrl, accessToken }) {
		const { base, query } = comfyServerlessUrl(textOf(baseUrl));
		const token = authentication === 'apiKey' ? textOf(apiKey) : textOf(accessToken);
		return { base, query, headers: authorized(token && `Bearer ${token}`), rejectUnauthorized: true };
	},
	async load() {
		const { connectComfyServerless } = await import('../../client/hosts/comfyServerless/connect');
		return ({ authentication, apiKey, baseUrl, email, password, accessToken, refreshToken }, transport) => {
			const usesKey = authentication === 'apiKey';
			return connectComfyServerless({
				baseUrl: textOf(baseUrl),
				...(usesKey
					? { apiKey: textOf(apiKey) }
					: { email: textOf(email), password: String(password ?? '') }),
				secrets: [textOf(accessToken), textOf(refreshToken)].filter(Boolean),
				...transport,
			});
		};
	},
	async testLogin({ authentication, baseUrl, email, password }, transport) {
		if (authentication === 'apiKey') return undefined;
		const { base, query } = comfyServerlessUrl(textOf(baseUrl));
		const account = { baseUrl: base, email: textOf(email), password: String(password ?? '') };
		const { login } = await import('../../client/hosts/comfyServerless/login');
		const { loginOver } = await import('../../client/hosts/comfyServerless/Session');
		const tokens = await login(loginOver(transport, query), account).catch((error: unknown) => {
			throw ofService(error, base);
		});
		const { connectComfyServerless } = await import('../../client/hosts/comfyServerless/connect');
		const { accessToken, refreshToken } = tokens;
		const headers = authorized(`Bearer ${accessToken}`);
		const loggedIn: HttpTransport = {
			send: async (request) =>
				await transport.send({ ...request, headers: { ...request.headers, ...headers } }),
		};
		const secrets = [accessToken, refreshToken];
		return await connectComfyServerless({ ...account, transport: loggedIn, secrets }).verify();
	},
};
