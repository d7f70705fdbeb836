import { ComfyUiClient } from 'comfyui-workflows-client';
import { connectHost } from './hosts';
import type { ServerSettings } from './settings';

/** Connects to the server, the pool or the service of the settings. @throws UsageError, InvalidInputError */
export async function connect(settings: ServerSettings): Promise<ComfyUiClient> {
	if (settings.host !== 'self-hosted') return new ComfyUiClient(await connectHost(settings));
	const { urls, token, headers, partnerKey: partnerApiKey } = settings;
	const shared = {
		headers: { ...(token && { authorization: `Bearer ${token}` }), ...headers },
		partnerApiKey,
		rejectUnauthorized: !settings.insecure,
		...(settings.idleTimeoutMs && { idleTimeoutMs: settings.idleTimeoutMs }),
	};
	if (urls.length === 1) return ComfyUiClient.connect({ url: urls[0], ...shared });
	return ComfyUiClient.connect({ servers: urls.map((url) => ({ url, ...shared })) });
}
